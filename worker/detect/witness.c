/* gms_witness: see witness.h. */

#include "witness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"


int
gms_witness_init(gms_witness_t *witness, int side)
{
    size_t n = (size_t) side * (size_t) side;

    memset(witness, 0, sizeof(*witness));
    witness->side = side;
    for (int i = 0; i < GMS_WITNESS_KEPT; i++) {
        witness->kept[i].before = calloc(n, 2);
        if (witness->kept[i].before == NULL) {
            gms_witness_close(witness);
            return GMS_ENOMEM;
        }
        witness->kept[i].after = witness->kept[i].before + n;
    }
    return GMS_OK;
}


void
gms_witness_close(gms_witness_t *witness)
{
    for (int i = 0; i < GMS_WITNESS_KEPT; i++) {
        free(witness->kept[i].before);
    }
    memset(witness, 0, sizeof(*witness));
}


void
gms_witness_keep(gms_witness_t *witness, uint32_t id,
    const gms_change_t *change, const gms_piece_t *piece, const float *now,
    const gms_finding_t *finding)
{
    gms_testimony_t *t = &witness->kept[witness->next++ % GMS_WITNESS_KEPT];

    witness->next %= GMS_WITNESS_KEPT;
    t->id = id;
    t->w = piece->w;
    t->h = piece->h;
    t->x = finding->x - piece->x0;
    t->y = finding->y - piece->y0;
    t->r = finding->r;
    for (int i = 0; i < piece->w * piece->h; i++) {
        int x = piece->x0 + i % piece->w, y = piece->y0 + i / piece->w;
        int b = change->background[(ptrdiff_t) y * change->zone->w + x];

        b /= GMS_DEEP;
        t->before[i] = (uint8_t) (b < 0 ? 0 : b > 255 ? 255 : b);
        t->after[i] = (uint8_t) lrintf(fmaxf(0, fminf(now[i], 255)));
    }
}


int
gms_witness_recall(
    const gms_witness_t *witness, uint32_t id, gms_evidence_t *evidence)
{
    for (int i = 0; id != 0 && i < GMS_WITNESS_KEPT; i++) {
        int at =
            (witness->next + 2 * GMS_WITNESS_KEPT - 1 - i) % GMS_WITNESS_KEPT;
        const gms_testimony_t *t = &witness->kept[at];

        if (t->id == id) {
            evidence->before = t->before;
            evidence->after = t->after;
            evidence->w = t->w;
            evidence->h = t->h;
            evidence->x = t->x;
            evidence->y = t->y;
            evidence->r = t->r;
            return GMS_OK;
        }
    }
    return GMS_ENOTFOUND;
}
