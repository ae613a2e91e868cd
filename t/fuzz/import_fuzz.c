/*
 * Any bytes as a CSV file of sessions, the first of them saying how it is to
 * be read.  What is accepted must be told as events, be folded, and read back
 * from its own export.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/library/library.h"
#include "worker/card/card.h"
#include "worker/import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gms_event_session_t setup;


static int
read_bytes(gms_import_t *import, const gms_import_option_t *option,
    const void *bytes, size_t size)
{
    char  err[512] = "";
    FILE *in = fmemopen((void *) bytes, size, "r");
    int   rc;

    if (in == NULL) {
        abort();
    }

    rc = gms_import_read(import, in, "f.csv", option, err, sizeof(err));

    if (rc != GMS_OK && err[0] == '\0') {
        abort();
    }
    return rc;
}


static char *
export(const gms_import_session_t *s)
{
    static gms_scorebook_t book;
    gms_import_events_t    events = { NULL, 0, 0 };
    gms_card_t             card = { .lane = "l", .title = "", .hash = "" };
    char                   err[512], *text;

    if (gms_scorebook_init(&book, "imported", 7) != GMS_OK
        || gms_import_tell(&events, &book, s, &setup, err, sizeof(err))
            != GMS_OK)
    {
        abort(); /* a reader must refuse what no session holds */
    }

    card.session = gms_scorebook_shown(&book);
    text = gms_card_text(&card, GMS_CARD_CSV);
    gms_scorebook_free(&book);
    free(events.event);
    return text;
}


static void
round_trip(const gms_import_session_t *s)
{
    gms_import_option_t option = { .layout = GMS_IMPORT_GMSHOOT,
        .now_ns = INT64_MAX / 2 };
    gms_import_t        again;
    char               *text = export(s), *text2;

    if (text == NULL
        || read_bytes(&again, &option, text, strlen(text)) != GMS_OK
        || again.sessions != 1 || again.shots != s->shots)
    {
        abort();
    }

    text2 = export(&again.session[0]);
    if (text2 == NULL || strcmp(text, text2) != 0) {
        abort();
    }

    gms_import_free(&again);
    free(text);
    free(text2);
}


static void
make_setup(void)
{
    gms_library_t     library;
    const gms_face_t *face = NULL;
    char              err[256];

    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
            != GMS_OK
        || (face = gms_library_find(&library, "issf-10m-air-pistol", err,
                sizeof(err)))
            == NULL)
    {
        abort();
    }

    setup.face = *face;
    setup.rounds = gms_rounds_usual;
    gms_library_free(&library);
    setup.caliber_mm = 4.5;
    setup.distance_m = 10;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gms_import_option_t option = { .year = 2025, .now_ns = INT64_MAX / 2 };
    gms_import_t        import;

    if (size < 2) {
        return 0;
    }
    if (setup.face.rings == 0) {
        make_setup();
    }

    option.layout = (gms_import_layout_e) (data[0] % 4);
    option.y_down = (data[0] & 16) != 0;

    if (read_bytes(&import, &option, data + 1, size - 1) == GMS_OK) {
        for (int i = 0; i < import.sessions && i < 3; i++) {
            if (import.layout != GMS_IMPORT_GMSHOOT) {
                gms_import_value(&import.session[i], &setup);
            }
            round_trip(&import.session[i]);
        }
    }

    gms_import_free(&import);
    return 0;
}
