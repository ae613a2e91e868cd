#include "history_calibrations.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../session/event_words.h"
#include "history_ask.h"


/* The nine numbers as JSON has them; NULL: out of memory. */
static char *
map_text(const gms_calibration_t *map)
{
    gms_jsontext_t j;
    int            i;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (i = 0; i < 9; i++) {
        gms_jsontext_number(&j, NULL, map->mm_to_px[i]);
    }

    gms_jsontext_close(&j, ']');
    return gms_jsontext_take(&j);
}


int
gms_history_write_calibration(
    gms_history_t *h, const char *lane, const gms_event_t *event)
{
    const gms_event_calibration_t *c = &event->u.calibration;
    sqlite3_stmt *st = h->statement[GMS_HISTORY_PUT_CALIBRATION];
    size_t        origin;
    char         *map;
    int           rc;

    map = map_text(&c->map);

    if (map == NULL) {
        snprintf(h->trouble, sizeof(h->trouble), "out of memory");
        return GMS_ENOMEM;
    }

    origin =
        (size_t) c->map.origin < GMS_ORIGIN_WORDS ? (size_t) c->map.origin : 0;
    gms_history_bind_text(st, 1, lane);
    sqlite3_bind_int64(st, 2, (sqlite3_int64) event->seq);
    sqlite3_bind_int64(st, 3, event->real_ns / GMS_US);
    gms_history_bind_text(st, 4, gms_origin_words[origin]);
    sqlite3_bind_int(st, 5, c->map.confirmed);
    gms_history_bind_number(
        st, 6, c->map.residual_mm < 0 ? (double) NAN : c->map.residual_mm);
    gms_history_bind_number(st, 7, c->map.px_per_mm);
    gms_history_bind_number(st, 8, c->map.tilt_deg);
    sqlite3_bind_int64(st, 9, (sqlite3_int64) c->of);
    gms_history_bind_text(st, 10, c->reason);
    gms_history_bind_text(st, 11, map);
    rc = gms_history_run(h, st);
    free(map);
    return rc;
}


/* What stands between two braces. */
static void
put_calibration(gms_jsontext_t *j, sqlite3_stmt *st)
{
    gms_history_put_text(j, "lane", st, 2);
    gms_jsontext_integer(j, "seq", sqlite3_column_int64(st, 3));
    gms_jsontext_integer(j, "t_us", sqlite3_column_int64(st, 1));
    gms_history_put_text(j, "origin", st, 4);
    gms_jsontext_bool(j, "confirmed", sqlite3_column_int(st, 5) != 0);
    gms_history_put_number(j, "residual_mm", st, 6);
    gms_history_put_number(j, "px_per_mm", st, 7);
    gms_history_put_number(j, "tilt_deg", st, 8);
    gms_jsontext_integer(j, "of", sqlite3_column_int64(st, 9));
    gms_history_put_text(j, "reason", st, 10);
    gms_jsontext_raw(j, "homography_mm_to_px", gms_history_text(st, 11));
}


int
gms_history_calibrations(gms_history_t *h, const char *lane,
    const gms_history_cursor_t *after, int limit, char **json)
{
    char          sql[512];
    sqlite3_stmt *st;
    int           rc;

    *json = NULL;
    snprintf(sql, sizeof(sql),
        "SELECT no, t_us, lane, seq, origin, confirmed, residual_mm, px_per_mm,"
        " tilt_deg, of, reason, map FROM calibration WHERE 1%s%s"
        " ORDER BY t_us DESC, no DESC LIMIT ?20",
        lane != NULL ? " AND lane = ?1" : "",
        after->started_us != 0 ? " AND (t_us, no) < (?21, ?22)" : "");
    rc = gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, &st, NULL));

    if (rc != GMS_OK) {
        return rc;
    }

    if (lane != NULL) {
        gms_history_bind_text(st, 1, lane);
    }

    return gms_history_page(
        h, st, after, limit, "calibrations", put_calibration, json);
}
