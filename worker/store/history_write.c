/* What the follower of a journal writes: see history.h. */

#include "history_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../session/calls.h"
#include "../session/counted.h"
#include "../session/group.h"
#include "../session/signs.h"
#include "../session/tips.h"

/* What of a session is worked out before it is written. */
typedef struct {
    const gms_session_t *session;
    sqlite3_int64        no; /* 0: a new one */
    gms_counted_t       *counted;
    int                  n;
} gms_history_row_t;

typedef struct {
    double               squares;
    gms_group_measures_t m;
} gms_history_figures_t;


/* Of the counted shots from .. to - 1. */
static int
figures(
    const gms_history_row_t *row, int from, int to, gms_history_figures_t *f)
{
    gms_group_t group;
    int         i, rc = GMS_OK;

    memset(f, 0, sizeof(*f));
    memset(&group, 0, sizeof(group));

    for (i = from; i < to && rc == GMS_OK; i++) {
        const gms_counted_t *c = &row->counted[i];

        rc = gms_group_add(&group, c->at.x, c->at.y);
    }

    if (rc == GMS_OK) {
        gms_group_measure_quick(&group, &f->m);
        f->squares = group.n > 1 ? group.xx + group.yy : (double) NAN;
    }

    gms_group_free(&group);
    return rc;
}


int
gms_history_number(gms_history_t *h, const char *session, sqlite3_int64 *no)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_NUMBER];
    int           sql;

    gms_history_bind_text(st, 1, session);
    sql = sqlite3_step(st);
    *no = sql == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return gms_history_result(h, sql);
}


/* A statement about the session with this number alone. */
static int
run_for(gms_history_t *h, gms_history_statement_e which, sqlite3_int64 no)
{
    sqlite3_bind_int64(h->statement[which], 1, no);
    return gms_history_run(h, h->statement[which]);
}


static int
drop(gms_history_t *h, sqlite3_int64 no)
{
    static const gms_history_statement_e drops[] = { GMS_HISTORY_DROP_SHOTS,
        GMS_HISTORY_DROP_ROUNDS, GMS_HISTORY_DROP_TIPS,
        GMS_HISTORY_DROP_COACHING, GMS_HISTORY_DROP_SESSION };
    size_t                               i;
    int                                  rc = GMS_OK;

    for (i = 0; rc == GMS_OK && i < sizeof(drops) / sizeof(drops[0]); i++) {
        rc = run_for(h, drops[i], no);
    }

    return rc;
}


/* "" is NULL. */
static void
bind_label(sqlite3_stmt *st, int i, const char *label)
{
    if (label[0] != '\0') {
        gms_history_bind_text(st, i, label);
    } else {
        sqlite3_bind_null(st, i);
    }
}


static int
put_session(gms_history_t *h, const char *lane, gms_history_row_t *row,
    uint64_t last_seq)
{
    sqlite3_stmt         *st = h->statement[GMS_HISTORY_PUT_SESSION];
    const gms_session_t  *s = row->session;
    gms_history_figures_t f;
    gms_scatter_t         within = gms_signs_scatter(row->counted, 0, row->n);
    gms_calls_t           calls = gms_calls_measure(s);
    int                   rc;

    rc = figures(row, 0, row->n, &f);

    if (rc != GMS_OK) {
        snprintf(h->trouble, sizeof(h->trouble),
            "the figures of session %s: %s", s->id, gms_strerror(rc));
        return rc;
    }

    if (row->no != 0) {
        sqlite3_bind_int64(st, 1, row->no);
    }

    gms_history_bind_text(st, 2, s->id);
    gms_history_bind_text(st, 3, lane);
    gms_history_bind_text(st, 4, s->setup.shooter);
    gms_history_bind_text(st, 5, s->setup.face.name);
    sqlite3_bind_double(st, 6, s->setup.caliber_mm);
    sqlite3_bind_double(st, 7, s->setup.distance_m);
    sqlite3_bind_int(st, 8, s->state);
    sqlite3_bind_int(st, 9, s->setup.walk_up);
    sqlite3_bind_int64(st, 10, s->started_ns / GMS_US);
    sqlite3_bind_int64(st, 11, s->ended_ns / GMS_US);
    sqlite3_bind_int64(st, 12, (sqlite3_int64) s->started_seq);
    sqlite3_bind_int64(st, 13, (sqlite3_int64) last_seq);
    sqlite3_bind_int64(st, 14, s->shots);
    sqlite3_bind_int64(
        st, 15, s->rounds + (gms_session_round_first(s) <= s->shots ? 1 : 0));
    sqlite3_bind_int(st, 16, s->total.counted);
    sqlite3_bind_int(st, 17, s->total.tenths);
    sqlite3_bind_int(st, 18, s->total.rings);
    sqlite3_bind_int(st, 19, s->total.inner);
    gms_history_bind_number(st, 20, f.m.x_mm.value);
    gms_history_bind_number(st, 21, f.m.y_mm.value);
    gms_history_bind_number(st, 22, f.squares);
    gms_history_bind_number(st, 23, f.m.sigma_mm.value);
    gms_history_bind_number(st, 24, f.m.extreme_spread_mm);
    gms_history_bind_number(st, 25, f.m.mean_radius_mm.value);
    sqlite3_bind_int(st, 26, row->n);
    bind_label(st, 27, s->setup.source);
    gms_history_bind_number(st, 28, within.squares);
    sqlite3_bind_int(st, 29, (int) within.df);
    sqlite3_bind_int(st, 30, calls.n);
    gms_history_bind_number(st, 31, calls.error_mm);
    gms_history_bind_number(st, 32, calls.off.x_mm);
    gms_history_bind_number(st, 33, calls.off.y_mm);

    rc = gms_history_run(h, st);
    row->no = row->no != 0 ? row->no : sqlite3_last_insert_rowid(h->db);
    return rc;
}


/* The closed rounds and the open one, each with the figures of its shots. */
static int
put_rounds(gms_history_t *h, const gms_history_row_t *row)
{
    sqlite3_stmt         *st = h->statement[GMS_HISTORY_PUT_ROUND];
    const gms_session_t  *s = row->session;
    gms_history_figures_t f;
    gms_totals_t         *total;
    uint32_t              k;
    int                   from = 0, to, rc = GMS_OK;

    total = calloc((size_t) s->rounds + 1, sizeof(*total));

    if (total == NULL) {
        return GMS_ENOMEM;
    }

    gms_session_sum_rounds(s, 1, total, s->rounds + 1);

    for (k = 0; rc == GMS_OK && k <= s->rounds; k++) {
        bool open = k == s->rounds;

        for (to = from; to < row->n && row->counted[to].round == k + 1; to++) {
            continue;
        }

        if (open && gms_session_round_first(s) > s->shots) {
            break;
        }

        rc = figures(row, from, to, &f);
        sqlite3_bind_int64(st, 1, row->no);
        sqlite3_bind_int64(st, 2, k + 1);
        sqlite3_bind_int64(
            st, 3, open ? gms_session_round_first(s) : s->round[k].first);
        sqlite3_bind_int64(st, 4, open ? s->shots : s->round[k].last);

        if (!open) {
            gms_history_bind_text(st, 5, gms_event_round_by(s->round[k].by));
        }

        sqlite3_bind_int(st, 6, total[k].counted);
        sqlite3_bind_int(st, 7, total[k].tenths);
        sqlite3_bind_int(st, 8, total[k].rings);
        sqlite3_bind_int(st, 9, total[k].inner);
        gms_history_bind_number(st, 10, f.m.x_mm.value);
        gms_history_bind_number(st, 11, f.m.y_mm.value);
        gms_history_bind_number(st, 12, f.m.sigma_mm.value);
        gms_history_bind_number(st, 13, f.m.extreme_spread_mm);
        rc = rc == GMS_OK ? gms_history_run(h, st) : rc;
        from = to;
    }

    free(total);
    return rc;
}


static int
flags_of(const gms_session_shot_t *row)
{
    const gms_event_shot_t *shot = &row->shot;

    return (shot->inner ? GMS_SHOT_INNER : 0)
        | (shot->sighter ? GMS_SHOT_SIGHTER : 0)
        | (row->standing != GMS_STANDING_YES ? GMS_SHOT_REMOVED : 0)
        | (shot->near_line ? GMS_SHOT_NEAR_LINE : 0)
        | (shot->possible_double ? GMS_SHOT_POSSIBLE_DOUBLE : 0)
        | (shot->overlap ? GMS_SHOT_OVERLAP : 0)
        | (shot->recovered ? GMS_SHOT_RECOVERED : 0)
        | (shot->order_unknown ? GMS_SHOT_ORDER_UNKNOWN : 0)
        | (shot->window != GMS_WINDOW_IN ? GMS_SHOT_OUTSIDE : 0)
        | (shot->by_hand ? GMS_SHOT_BY_HAND : 0)
        | (shot->unplaced ? GMS_SHOT_UNPLACED : 0)
        | (row->corrected != 0 ? GMS_SHOT_CORRECTED : 0);
}


static int
put_shots(gms_history_t *h, const gms_history_row_t *row)
{
    sqlite3_stmt        *st = h->statement[GMS_HISTORY_PUT_SHOT];
    const gms_session_t *s = row->session;
    uint32_t             i, closed = 0;
    int                  rc = GMS_OK;

    for (i = 0; rc == GMS_OK && i < s->shots; i++) {
        const gms_event_shot_t *shot = &s->shot[i].shot;

        sqlite3_bind_int64(st, 1, row->no);
        sqlite3_bind_int64(st, 2, shot->n);
        sqlite3_bind_int64(st, 3, shot->frame_real_ns / GMS_US);
        sqlite3_bind_int64(st, 4, llround(shot->x_mm * GMS_HISTORY_PER_MM));
        sqlite3_bind_int64(st, 5, llround(shot->y_mm * GMS_HISTORY_PER_MM));
        sqlite3_bind_int(st, 6, shot->score_tenths);
        sqlite3_bind_int(st, 7, shot->ring);
        sqlite3_bind_int(st, 8, flags_of(&s->shot[i]));
        sqlite3_bind_int64(st, 9, shot->paper);
        sqlite3_bind_int64(
            st, 10, gms_session_round_of(s, &s->shot[i], &closed));
        bind_label(st, 11, shot->zone);
        bind_label(st, 12, shot->bull);

        if (s->shot[i].called) {
            sqlite3_bind_int64(
                st, 13, llround(s->shot[i].call_mm[0] * GMS_HISTORY_PER_MM));
            sqlite3_bind_int64(
                st, 14, llround(s->shot[i].call_mm[1] * GMS_HISTORY_PER_MM));
        }

        rc = gms_history_run(h, st);
    }

    return rc;
}


/* As it was said at the start; what a person says later stands. */
static int
put_used(gms_history_t *h, const gms_session_t *session)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_PUT_USED];

    gms_history_bind_text(st, 1, session->id);
    gms_history_bind_text(st, 2, session->setup.equipment.id);
    return gms_history_run(h, st);
}


static int
put_coaching(gms_history_t *h, const gms_history_row_t *row)
{
    const gms_session_t *s = row->session;
    sqlite3_stmt        *st = h->statement[GMS_HISTORY_PUT_COACHING];
    char                *text;
    uint32_t             i;
    int                  rc = GMS_OK;

    for (i = 0; rc == GMS_OK && i < s->tips; i++) {
        text = gms_tip_to_text(s, &s->tip[i]);

        if (text == NULL) {
            snprintf(h->trouble, sizeof(h->trouble), "out of memory");
            return GMS_ENOMEM;
        }

        sqlite3_bind_int64(st, 1, row->no);
        sqlite3_bind_int64(st, 2, i + 1);
        gms_history_bind_text(st, 3, text);
        rc = gms_history_run(h, st);
        free(text);
    }

    return rc;
}


int
gms_history_write(gms_history_t *h, const char *lane,
    const gms_session_t *session, uint64_t last_seq)
{
    gms_history_row_t row = { session, 0, NULL, 0 };
    sqlite3_stmt     *st = h->statement[GMS_HISTORY_PUT_SHOOTER];
    bool              fresh;
    int               rc;

    row.counted = calloc((size_t) session->shots + 1, sizeof(*row.counted));

    if (row.counted == NULL) {
        snprintf(h->trouble, sizeof(h->trouble), "out of memory");
        return GMS_ENOMEM;
    }

    row.n = gms_counted_collect(session, row.counted);
    rc = gms_history_number(h, session->id, &row.no);

    fresh = row.no == 0;

    if (rc == GMS_OK && !fresh) {
        rc = drop(h, row.no);
    }
    if (rc == GMS_OK && fresh && session->setup.equipment.id[0] != '\0') {
        rc = put_used(h, session);
    }
    if (rc == GMS_OK) {
        rc = put_session(h, lane, &row, last_seq);
    }
    if (rc == GMS_OK) {
        rc = put_rounds(h, &row);
    }
    if (rc == GMS_OK) {
        rc = put_shots(h, &row);
    }
    if (rc == GMS_OK) {
        rc = put_coaching(h, &row);
    }
    if (rc == GMS_OK) {
        rc = run_for(h, GMS_HISTORY_PUT_UNSEEN, row.no);
    }
    if (rc == GMS_OK && session->setup.shooter[0] != '\0') {
        gms_history_bind_text(st, 1, session->setup.shooter);
        rc = gms_history_run(h, st);
    }

    free(row.counted);
    return rc;
}


int
gms_history_remove(gms_history_t *h, const char *session)
{
    sqlite3_int64 no;
    int           rc;

    rc = gms_history_number(h, session, &no);

    if (rc == GMS_OK && no != 0) {
        rc = drop(h, no);

        if (rc == GMS_OK) {
            rc = run_for(h, GMS_HISTORY_DROP_EVIDENCE, no);
        }
        if (rc == GMS_OK) {
            rc = run_for(h, GMS_HISTORY_DROP_UNSEEN, no);
        }
    }

    return rc;
}


int
gms_history_position(gms_history_t *h, const char *lane, uint64_t epoch,
    gms_history_position_t *position)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_GET_POSITION];
    const char   *hash;
    char          hex[17];
    int           sql;

    memset(position, 0, sizeof(*position));
    snprintf(hex, sizeof(hex), "%016" PRIx64, epoch);
    gms_history_bind_text(st, 1, lane);
    gms_history_bind_text(st, 2, hex);
    sql = sqlite3_step(st);

    if (sql == SQLITE_ROW) {
        position->seq = (uint64_t) sqlite3_column_int64(st, 0);
        hash = (const char *) sqlite3_column_text(st, 1);
        snprintf(position->hash, sizeof(position->hash), "%s",
            hash != NULL ? hash : "");
    }

    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return gms_history_result(h, sql);
}


int
gms_history_set_position(gms_history_t *h, const char *lane, uint64_t epoch,
    const gms_history_position_t *position)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_PUT_POSITION];
    char          hex[17];

    snprintf(hex, sizeof(hex), "%016" PRIx64, epoch);
    gms_history_bind_text(st, 1, lane);
    gms_history_bind_text(st, 2, hex);
    sqlite3_bind_int64(st, 3, (sqlite3_int64) position->seq);
    gms_history_bind_text(st, 4, position->hash);
    return gms_history_run(h, st);
}
