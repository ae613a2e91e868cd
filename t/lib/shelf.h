/*
 * What tests of the journal share: a folder for each, opening, and SQL from
 * outside.
 */

#ifndef GMS_T_SHELF_H
#define GMS_T_SHELF_H

#include "t/lib/sample.h"

#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "worker/store/journal.h"

/* In memory, where there is a place for it: thousands of appends wait for no
 * disk.  journal_disk.c takes a disk. */
#ifndef SHELF
#define SHELF "/dev/shm"
#endif

static char folder[64];
static char err[1024];


static inline int
make_folder(void **state)
{
    (void) state;

    snprintf(folder, sizeof(folder), "%s/gms-journal-XXXXXX",
        access(SHELF, W_OK) == 0 ? SHELF : "/tmp");
    return mkdtemp(folder) == NULL ? -1 : 0;
}


static inline int
remove_folder(void **state)
{
    char command[128];

    (void) state;

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}


static inline const char *
file_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}


static inline gms_journal_t *
open_lane(const char *lane)
{
    gms_journal_t *j = NULL;

    err[0] = '\0';
    if (gms_journal_open(&j, folder, lane, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
    assert_non_null(j);
    return j;
}


static inline int
refused(const char *lane)
{
    gms_journal_t *j;
    int            rc;

    err[0] = '\0';
    rc = gms_journal_open(&j, folder, lane, err, sizeof(err));
    assert_null(j);
    return rc;
}


/* Runs SQL on the journal's file from outside. */
static inline void
sql(const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(file_of("journal.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}


static inline void
calibration(gms_event_t *event, uint64_t seq)
{
    gms_scorebook_t s;
    gms_input_t   input;

    assert_int_equal(gms_scorebook_init(&s, "lane1", 1), GMS_OK);
    s.seq = seq - 1;
    sample_calibration(&input, 1 + (double) seq * 1e-9);
    assert_int_equal(gms_scorebook_decide(&s, &input, event), 1);
    gms_scorebook_free(&s);
}


static inline int
append(gms_journal_t *j, uint64_t seq)
{
    gms_event_t event;

    calibration(&event, seq);
    return gms_journal_append(j, &event, 1, err, sizeof(err));
}


/* Replays, and counts; GMS_ECORRUPT if there is a gap. */
static inline int
count_row(void *data, const gms_event_t *event, const char *json)
{
    uint64_t *last = data;

    if (event->seq != *last + 1 || json[0] != '{') {
        return -1000;
    }
    *last = event->seq;
    return 0;
}


static inline uint64_t
replayed(gms_journal_t *j)
{
    uint64_t last = 0;

    assert_int_equal(gms_journal_replay(j, 0, count_row, &last), GMS_OK);
    return last;
}


static inline int
apply_row(void *data, const gms_event_t *event, const char *json)
{
    (void) json;
    return gms_scorebook_apply(data, event);
}


/* Both ways back: the whole journal, and from where the present begins. */
static inline void
compare_folds(gms_journal_t *j, const gms_scorebook_t *live)
{
    gms_scorebook_t        whole, recent;
    gms_scorebook_before_t before;

    assert_int_equal(gms_scorebook_init(&whole, "lane1", live->epoch), GMS_OK);
    assert_int_equal(gms_journal_replay(j, 0, apply_row, &whole), GMS_OK);
    sample_same_book(live, &whole);
    gms_scorebook_free(&whole);

    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(gms_scorebook_init(&recent, "lane1", live->epoch),
        GMS_OK);
    gms_scorebook_begin_after(&recent, &before);
    assert_int_equal(gms_journal_replay(j, before.after, apply_row, &recent),
        GMS_OK);
    sample_same_book(live, &recent);
    gms_scorebook_free(&recent);
}


static inline void
record(gms_journal_t *j, gms_scorebook_t *s, const gms_input_t *input)
{
    gms_event_t out[GMS_DECIDE_MAX];

    int         n = gms_scorebook_decide(s, input, out);

    assert_true(n > 0);
    assert_int_equal(gms_journal_append(j, out, n, err,
        sizeof(err)), GMS_OK);
    for (int i = 0; i < n; i++) {
        assert_int_equal(gms_scorebook_apply(s, &out[i]), GMS_OK);
    }
}


#define IN_FOLDER(sentence, function) \
    { .name = sentence, .test_func = function, .setup_func = make_folder, \
      .teardown_func = remove_folder }

#endif /* GMS_T_SHELF_H */
