#include "t/lib/shelf.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "worker/store/backup.h"
#include "worker/store/check.h"
#include "worker/store/pictures.h"

#define EVENTS 25


/* A journal of a few sessions, with a picture of the first shot. */
static gms_journal_t *
filled(unsigned steps)
{
    gms_picture_t  picture = { GMS_PICTURE_SHOT, 1, "\xff\xd8\xff\xd9", 4 };
    gms_journal_t *j = open_lane("lane1");
    gms_scorebook_t  s;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX];
    uint64_t       random = 4711;
    unsigned       i;
    int            n, k;
    bool           pictured = false;

    assert_int_equal(gms_scorebook_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    for (i = 1; i <= steps; i++) {
        sample_any(&s, &input, &random, i);
        n = gms_scorebook_decide(&s, &input, out);
        if (n <= 0) {
            continue;
        }
        assert_int_equal(gms_journal_append(j, out, n, err,
            sizeof(err)), GMS_OK);
        for (k = 0; k < n; k++) {
            assert_int_equal(gms_scorebook_apply(&s, &out[k]), GMS_OK);
        }
        if (out[0].kind == GMS_EVENT_SHOT && !pictured) {
            picture.n = out[0].u.shot.n;
            assert_int_equal(gms_pictures_write(folder, out[0].session, &picture,
                err, sizeof(err)), GMS_OK);
            pictured = true;
        }
    }

    assert_true(gms_journal_last_seq(j) > EVENTS);
    gms_scorebook_free(&s);
    return j;
}


static int
check(gms_check_t *c, const char *hash)
{
    uint8_t bytes[GMS_CHAIN_SIZE];

    if (hash != NULL) {
        assert_true(gms_chain_from_hex(bytes, hash));
    }
    return gms_check_journal(c, file_of("journal.db"),
        hash != NULL ? bytes : NULL);
}


static void
whole_journal_is_right(void **state)
{
    gms_journal_t *j = filled(300);
    gms_check_t    c;
    char           head[GMS_CHAIN_HEX_SIZE], hash[GMS_CHAIN_HEX_SIZE];
    uint64_t       last = gms_journal_last_seq(j);
    int            writing;

    (void) state;

    gms_journal_head(j, head);
    assert_true(gms_journal_hash(j, 17, hash));
    assert_string_not_equal(head, hash);

    for (writing = 1; writing >= 0; writing--) {
        assert_int_equal(check(&c, hash), GMS_OK);
        assert_string_equal(c.why, "");
        assert_string_equal(c.lane, "lane1");
        assert_string_equal(c.head, head);
        assert_int_equal(c.events, last);
        assert_int_equal(c.chained_since, 1);
        assert_int_equal(c.hash_seq, 17);
        assert_int_equal(c.pictures, 1);
        assert_int_equal(c.unpictured, c.shots - 1);
        assert_true(c.sessions > 1);

        if (writing) { /* it went on while it was read */
            assert_int_equal(append(j, ++last), GMS_OK);
            gms_journal_head(j, head);
            gms_journal_close(j);
        }
    }

    hash[0] = (char) (hash[0] == 'a' ? 'b' : 'a');
    assert_int_equal(check(&c, hash), GMS_OK);
    assert_int_equal(c.hash_seq, 0);

    j = open_lane("lane1"); /* the chain goes on where it was */
    assert_int_equal(append(j, last + 1), GMS_OK);
    gms_journal_close(j);
    assert_int_equal(check(&c, head), GMS_OK);
    assert_int_equal(c.hash_seq, last);
}


static void
alterations_are_named(void **state)
{
    static const struct {
        const char *sql;
        uint64_t    seq;
        const char *said;
    } done[] = {
        { "UPDATE events SET json = replace(json, '\"t_us\":', '\"t_us\":1')"
          " WHERE seq = 9", 9, "altered" },
        { "UPDATE events SET real_ns = real_ns + 1000000000 WHERE seq = 9", 9,
          "altered" },
        { "UPDATE events SET mono_ns = mono_ns + 1 WHERE seq = 9", 9,
          "altered" },
        { "UPDATE events SET frame_mono_ns = frame_mono_ns + 1 WHERE seq = 9",
          9, "altered" },
        { "UPDATE events SET boot_id = '' WHERE seq = 9", 9, "altered" },
        { "UPDATE events SET key = 'another' WHERE seq = 9", 9, "altered" },
        { "UPDATE events SET session = 'another' WHERE seq = 9", 9,
          "altered" },
        { "UPDATE events SET hash = zeroblob(32) WHERE seq = 9", 9,
          "altered" },
        { "UPDATE events SET hash = x'' WHERE seq = 9", 9, "altered" },
        { "UPDATE events SET key = key || char(0) || 'more' WHERE seq = 9", 9,
          "no journal holds" },
        { "UPDATE events SET real_ns = 1.5 WHERE seq = 9", 9,
          "no journal holds" },
        { "DELETE FROM events WHERE seq = 9", 9, "missing" },
        { "DELETE FROM events WHERE seq = 1", 1, "missing" },
        { "DELETE FROM events WHERE seq = 9;"
          "UPDATE events SET seq = seq - 1 WHERE seq > 9", 9, "altered" },
        { "UPDATE events SET seq = 1000 WHERE seq = 9;"
          "UPDATE events SET seq = 9 WHERE seq = 10;"
          "UPDATE events SET seq = 10 WHERE seq = 1000", 9, "altered" },
        { "UPDATE meta SET value = 'ffffffffffffffff'"
          " WHERE key = 'first_epoch'", 1, "altered" },
        { "DELETE FROM meta WHERE key = 'chained_since'", 0, "no journal" },
        { "DROP TABLE meta", 0, "no journal" },
    };
    gms_check_t c;
    size_t      i;

    (void) state;

    gms_journal_close(filled(200));

    for (i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
        char command[256];

        snprintf(command, sizeof(command), "cp %s %s/kept", file_of(
            "journal.db"), folder);
        assert_int_equal(system(command), 0);
        sql(done[i].sql);

        assert_int_not_equal(check(&c, NULL), GMS_OK);
        if (c.bad_seq != done[i].seq || strstr(c.why, done[i].said) == NULL
            || strstr(c.why, folder) == NULL
            || (c.bad_seq > 0 && c.events != c.bad_seq - 1))
        {
            fail_msg("%s: %d, %s", done[i].sql, (int) c.bad_seq, c.why);
        }

        snprintf(command, sizeof(command), "mv %s/kept %s", folder,
            file_of("journal.db"));
        assert_int_equal(system(command), 0);
        assert_int_equal(check(&c, NULL), GMS_OK);
    }
}


/* Whoever hashes anew what he altered is found out by a hash that stands
 * elsewhere: on a card, in another backup. */
static void
rewritten_history_lacks_the_old_hash(void **state)
{
    gms_journal_t *j = filled(200);
    gms_check_t    c;
    char           head[GMS_CHAIN_HEX_SIZE];

    (void) state;

    gms_journal_head(j, head);
    gms_journal_close(j);
    assert_int_equal(check(&c, head), GMS_OK);
    assert_int_not_equal(c.hash_seq, 0);

    sql("DELETE FROM events WHERE seq > 15"); /* the end cut off */
    assert_int_equal(check(&c, head), GMS_OK);
    assert_int_equal(c.hash_seq, 0);

    sql("UPDATE events SET key = 'x' WHERE seq = 9;" /* all hashed anew */
        "ALTER TABLE events DROP COLUMN hash;"
        "UPDATE meta SET value = '2' WHERE key = 'schema'");
    sql("DELETE FROM meta WHERE key IN ('chained_since', 'first_epoch')");
    gms_journal_close(open_lane("lane1"));
    assert_int_equal(check(&c, head), GMS_OK);
    assert_int_equal(c.hash_seq, 0);
    assert_int_equal(c.chained_since, 16);
}


static void
older_versions_are_read_as_they_are(void **state)
{
    gms_check_t c;
    struct stat before, after;

    (void) state;

    gms_journal_close(filled(200));
    sql("ALTER TABLE events DROP COLUMN hash;"
        "DELETE FROM meta WHERE key IN ('chained_since', 'first_epoch');"
        "UPDATE meta SET value = '2' WHERE key = 'schema'");
    assert_int_equal(stat(file_of("journal.db"), &before), 0);

    assert_int_equal(check(&c, NULL), GMS_OK);
    assert_int_equal(c.chained_since, 0);
    assert_string_equal(c.head, "");
    assert_true(c.events > EVENTS);
    assert_int_equal(stat(file_of("journal.db"), &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);

    sql("UPDATE meta SET value = '4' WHERE key = 'schema'");
    assert_int_equal(check(&c, NULL), GMS_EVERSION);
    assert_non_null(strstr(c.why, "version 4"));
}


static void
pictures_are_looked_at(void **state)
{
    gms_check_t c;
    char        command[256];

    (void) state;

    gms_journal_close(filled(200));
    snprintf(command, sizeof(command),
        "for f in %s/pictures/*/*.jpg; do echo not >$f; done", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(check(&c, NULL), GMS_ECORRUPT);
    assert_non_null(strstr(c.why, "picture of shot"));
    assert_int_not_equal(c.bad_seq, 0);
}


static void
what_is_no_journal_is_named(void **state)
{
    gms_check_t c;
    FILE       *f;

    (void) state;

    assert_int_equal(check(&c, NULL), GMS_ENOTFOUND);
    assert_non_null(strstr(c.why, "journal.db"));

    f = fopen(file_of("journal.db"), "w");
    assert_non_null(f);
    assert_int_equal(check(&c, NULL), GMS_ECORRUPT);
    assert_non_null(strstr(c.why, "empty"));
    fputs("Dear diary, this is no database, but it is long enough to be "
          "taken for one by its length: one hundred bytes.", f);
    assert_int_equal(fclose(f), 0);
    assert_int_not_equal(check(&c, NULL), GMS_OK);
    assert_non_null(strstr(c.why, "journal.db"));

    assert_int_equal(gms_check_journal(&c, folder, NULL), GMS_ECORRUPT);
    assert_non_null(strstr(c.why, "is no file"));
    assert_int_equal(access(file_of("journal.db-wal"), F_OK), -1);
}


static void
copy_is_a_journal_of_its_own(void **state)
{
    gms_journal_t *j = filled(200), *k;
    gms_check_t    c;
    uint64_t       epoch = gms_journal_epoch(j), last;
    char           head[GMS_CHAIN_HEX_SIZE], copy[128];
    struct stat    sb;

    (void) state;

    last = gms_journal_last_seq(j);
    gms_journal_head(j, head);
    strcpy(copy, file_of("copy"));
    assert_int_equal(mkdir(copy, 0700), 0);
    strcat(copy, "/journal.db");

    /* the writer goes on after it, and knows nothing of it */
    assert_int_equal(gms_backup_journal(file_of("journal.db"), copy, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(append(j, last + 1), GMS_OK);

    assert_int_equal(gms_check_journal(&c, copy, NULL), GMS_OK);
    assert_string_equal(c.head, head);
    assert_int_equal(c.epoch, epoch);
    assert_int_equal(stat(copy, &sb), 0);
    assert_int_equal(sb.st_mode & 0777, 0640);
    strcat(copy, "-wal");
    assert_int_equal(stat(copy, &sb), -1); /* one file that can be carried */

    strcat(folder, "/copy");
    k = open_lane("lane1");
    assert_int_not_equal(gms_journal_epoch(k), epoch);
    assert_int_equal(gms_journal_last_seq(k), last);
    epoch = gms_journal_epoch(k);
    assert_int_equal(append(k, last + 1), GMS_OK);
    gms_journal_close(k);

    k = open_lane("lane1"); /* once */
    assert_int_equal(gms_journal_epoch(k), epoch);
    gms_journal_close(k);
    assert_int_equal(check(&c, head), GMS_OK);
    assert_int_equal(c.epoch, epoch);
    assert_int_equal(c.hash_seq, last);

    *strstr(folder, "/copy") = '\0';
    assert_int_not_equal(gms_journal_epoch(j), epoch);
    gms_journal_close(j);
    assert_int_equal(check(&c, NULL), GMS_OK);
    assert_int_equal(c.events, last + 1);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER("a journal as it was written is right, also while it grows",
            whole_journal_is_right),
        IN_FOLDER("what was altered, taken out or put in is named",
            alterations_are_named),
        IN_FOLDER("a history that was written anew lacks the hash of the old",
            rewritten_history_lacks_the_old_hash),
        IN_FOLDER("a journal of an older version is read and not changed",
            older_versions_are_read_as_they_are),
        IN_FOLDER("a picture that is none is named", pictures_are_looked_at),
        IN_FOLDER("what is no journal is named", what_is_no_journal_is_named),
        IN_FOLDER("a copy has the same events and an epoch of its own",
            copy_is_a_journal_of_its_own),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
