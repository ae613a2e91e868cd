/*
 * Any text as a calibration's file, and any nine numbers as its map: what is
 * accepted must be a view of a card.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/target/calibration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check(const gms_calibration_t *c)
{
    double x, y, u, v;

    for (int i = 0; i < 9; i++) {
        if (!isfinite(c->mm_to_px[i]) || !isfinite(c->px_to_mm[i])) {
            abort();
        }
    }
    if (c->mm_to_px[8] != 1 || !(c->px_per_mm > 0) || !(c->tilt_deg >= 0)
        || !(c->tilt_deg <= 90) || !(c->residual_mm >= -1))
    {
        abort();
    }
    gms_calibration_to_px(c, 0, 0, &x, &y);
    gms_calibration_to_mm(c, x, y, &u, &v);
    /* Far from its middle a picture's numbers keep fewer digits. */
    if (!(hypot(u, v) * c->px_per_mm < 1e-3 + 1e-9 * hypot(x, y))) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gms_calibration_t c;
    double            h[9], residual;
    char              err[128] = "", *text = malloc(size + 1);

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    if (gms_calibration_from_json(&c, text, err, sizeof(err)) == GMS_OK) {
        check(&c);

    } else if (err[0] == '\0') {
        abort();
    }
    free(text);

    if (size >= sizeof(h) + sizeof(residual)) {
        memcpy(h, data, sizeof(h));
        memcpy(&residual, data + sizeof(h), sizeof(residual));
        if (gms_calibration_set(&c, h, GMS_CALIBRATION_FILE, residual)
            == GMS_OK) {
            check(&c);
        }
    }
    return 0;
}
