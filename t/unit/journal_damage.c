#include "t/lib/shelf.h"

#include <sys/stat.h>


/* As the first version wrote them: another index is missing, and events have
 * fewer members. */
static void
old_journals_are_read(void **state)
{
    gms_journal_t       *j;
    gms_scorebook_before_t before;
    gms_scorebook_t        s;
    gms_input_t          input;
    gms_event_t          kept[4];

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    assert_int_equal(gms_scorebook_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    gms_journal_close(j);

    sql("DROP INDEX events_range;"
        "ALTER TABLE events DROP COLUMN hash;"
        "DELETE FROM meta WHERE key IN ('chained_since', 'first_epoch');"
        "UPDATE meta SET value = '1' WHERE key = 'schema';"
        "UPDATE events SET json = json_remove(json, '$.confirmed', '$.of',"
        " '$.reason')");

    j = open_lane("lane1");
    assert_int_equal(gms_journal_chained_since(j), 2);
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(gms_journal_replay(j, 0, apply_row, &s), GMS_OK);
    assert_true(s.has_calibration);
    assert_false(s.calibration.map.confirmed); /* nobody was asked */
    assert_int_equal(s.calibration_seq, 1);

    sample_input(&input, GMS_INPUT_RANGE);
    input.u.range.cold = true;
    strcpy(input.u.range.author, "coach");
    record(j, &s, &input);
    sample_calibration(&input, 2);
    record(j, &s, &input);
    sample_start(&input, "");
    record(j, &s, &input);
    compare_folds(j, &s);
    sample_input(&input, GMS_INPUT_END);
    record(j, &s, &input);
    sample_start(&input, "");
    record(j, &s, &input);
    compare_folds(j, &s);

    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_true(before.cold);
    assert_int_equal(before.calibration.seq, 3);

    assert_int_equal(gms_journal_calibrations(j, kept, 4), 2);
    assert_int_equal(kept[0].seq, 3);
    assert_int_equal(kept[1].seq, 1);
    assert_int_equal(gms_journal_calibrations(j, kept, 1), 1);

    gms_journal_close(j);
    gms_scorebook_free(&s);
}


static void
foreign_journals_are_refused(void **state)
{
    gms_journal_t *j;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    gms_journal_close(j);

    assert_int_equal(refused("lane2"), GMS_ESTORE);
    assert_non_null(strstr(err, "\"lane1\""));
    assert_non_null(strstr(err, "\"lane2\""));

    sql("UPDATE meta SET value = '4' WHERE key = 'schema'");
    assert_int_equal(refused("lane1"), GMS_EVERSION);
    assert_non_null(strstr(err, "version 4"));
    assert_non_null(strstr(err, "knows 3"));

    sql("UPDATE meta SET value = 'x' WHERE key = 'schema'");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    sql("UPDATE meta SET value = '3' WHERE key = 'schema'");
    sql("UPDATE meta SET value = '0' WHERE key = 'epoch'");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    sql("UPDATE meta SET value = '00000000000000ff' WHERE key = 'epoch'");

    j = open_lane("lane1"); /* all of that changed nothing */
    assert_int_equal(gms_journal_epoch(j), 0xff);
    assert_int_equal(replayed(j), 1);
    gms_journal_close(j);

    sql("DROP TABLE meta");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "no journal"));
}


/* Overwrites a part of the file. */
static void
damage(long at, size_t size)
{
    FILE *f = fopen(file_of("journal.db"), "r+");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    while (size-- > 0) {
        assert_int_equal(fputc(0xa5, f), 0xa5);
    }
    assert_int_equal(fclose(f), 0);
}


static void
damaged_journals_are_kept(void **state)
{
    gms_journal_t *j;
    struct stat    before, after;
    uint64_t       i;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 100; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }
    gms_journal_close(j);
    assert_int_equal(stat(file_of("journal.db"), &before), 0);

    damage(before.st_size / 2, 4096); /* somewhere among the rows */
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "damaged"));
    assert_non_null(strstr(err, folder));

    damage(0, 100); /* the header */
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "damaged"));

    assert_int_equal(stat(file_of("journal.db"), &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_ino, after.st_ino);
}


/* All bytes of the journal, malloc'ed. */
static char *
bytes_of(const char *name, size_t *size)
{
    FILE *f = fopen(file_of(name), "r");
    char *bytes;
    long  n;

    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    n = ftell(f);
    assert_true(n >= 0);
    rewind(f);
    *size = (size_t) n;
    bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, f), *size);
    assert_int_equal(fclose(f), 0);
    return bytes;
}


static void
put_bytes(const char *name, const char *bytes, size_t size)
{
    FILE *f = fopen(file_of(name), "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}


typedef struct {
    uint64_t seq;
    uint64_t sum;
} sum_t;


static int
sum_row(void *data, const gms_event_t *event, const char *json)
{
    sum_t *sum = data;

    sum->seq = event->seq;
    while (*json != '\0') {
        sum->sum = sum->sum * 31 + (unsigned char) *json++;
    }
    return 0;
}


/* Whatever happens to the file: it is refused and left as it is, or a row is
 * named, or all rows are what they were. */
static void
no_damage_passes_for_truth(void **state)
{
    enum { TIMES = 300, EVENTS = 60 };
    gms_journal_t *j;
    char          *whole, *broken, *after;
    size_t         size, after_size, k;
    sum_t          right = { 0, 0 }, sum;
    uint64_t       random = 77, i, seq;
    int            refusals = 0, rows = 0, n, rc;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= EVENTS; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }
    assert_int_equal(gms_journal_replay(j, 0, sum_row, &right), GMS_OK);
    gms_journal_close(j);
    whole = bytes_of("journal.db", &size);
    broken = malloc(size);
    assert_non_null(broken);

    for (n = 0; n < TIMES; n++) {
        memcpy(broken, whole, size);
        k = size;
        if (n % 5 == 0) { /* cut off */
            k = 1 + (size_t) (sample_random(&random) % size);
        } else {
            for (i = 0; i < 1U << (n % 5 * 2); i++) {
                broken[sample_random(&random) % size] =
                    (char) sample_random(&random);
            }
        }
        put_bytes("journal.db", broken, k);
        (void) unlink(file_of("journal.db-wal"));
        (void) unlink(file_of("journal.db-shm"));

        rc = gms_journal_open(&j, folder, "lane1", err, sizeof(err));
        if (rc != GMS_OK) {
            refusals++;
            assert_non_null(strstr(err, "journal.db"));
            after = bytes_of("journal.db", &after_size);
            assert_int_equal(after_size, k);
            assert_memory_equal(after, broken, k);
            free(after);
            continue;
        }

        memset(&sum, 0, sizeof(sum));
        rc = gms_journal_replay(j, 0, sum_row, &sum);
        if (rc != GMS_OK) {
            rows++;
            assert_non_null(strstr(gms_journal_trouble(j, &seq),
                "journal.db"));
            assert_int_not_equal(seq, 0);
        } else {
            assert_int_equal(sum.seq, right.seq);
            assert_true(sum.sum == right.sum);
        }
        gms_journal_close(j);
    }

    print_message("# %d damages: %d files refused, %d with a row named, %d "
        "that hurt nothing\n", TIMES, refusals, rows,
        TIMES - refusals - rows);
    assert_true(refusals > TIMES / 4);
    assert_true(rows > 0);
    free(whole);
    free(broken);
}


/* SQLite takes a file of no bytes for a new one, and throws the log beside it
 * away. */
static void
emptied_journals_are_kept(void **state)
{
    gms_journal_t *j;
    char          *bytes, *log;
    size_t         size, log_size, after;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    log = bytes_of("journal.db-wal", &log_size);
    assert_true(log_size > 0);
    gms_journal_close(j);

    put_bytes("journal.db", "", 0);
    put_bytes("journal.db-wal", log, log_size);
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "it is empty"));
    bytes = bytes_of("journal.db-wal", &after);
    assert_int_equal(after, log_size);
    assert_memory_equal(bytes, log, log_size);
    free(bytes);

    assert_int_equal(unlink(file_of("journal.db-wal")), 0);
    assert_int_equal(mkdir(file_of("pictures"), 0700), 0);
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "pictures"));
    bytes = bytes_of("journal.db", &size);
    assert_int_equal(size, 0);
    free(bytes);
    free(log);

    assert_int_equal(rmdir(file_of("pictures")), 0);
    gms_journal_close(open_lane("lane1"));
}


/* Closing a database writes its log into it: not into one that is refused. */
static void
refused_journals_are_not_touched(void **state)
{
    gms_journal_t *j;
    char          *file, *log, *after;
    size_t         size, log_size, after_size;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    sql("UPDATE meta SET value = '99' WHERE key = 'schema'");
    file = bytes_of("journal.db", &size);
    log = bytes_of("journal.db-wal", &log_size);
    assert_true(log_size > 0);
    gms_journal_close(j);

    put_bytes("journal.db", file, size);
    put_bytes("journal.db-wal", log, log_size);
    assert_int_equal(refused("lane1"), GMS_EVERSION);
    after = bytes_of("journal.db", &after_size);
    assert_int_equal(after_size, size);
    assert_memory_equal(after, file, size);
    free(after);
    after = bytes_of("journal.db-wal", &after_size);
    assert_int_equal(after_size, log_size);
    assert_memory_equal(after, log, log_size);
    free(after);
    free(file);
    free(log);
}


/* A lane that starts does not go on from what nobody wrote. */
static void
altered_rows_are_noticed(void **state)
{
    gms_journal_t *j;
    uint64_t       i, seq, last = 0;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 5; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }

    sql("UPDATE events SET json = replace(json, '\"residual_mm\":0',"
        " '\"residual_mm\":1') WHERE seq = 4");
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last),
        GMS_ECORRUPT);
    assert_int_equal(last, 3);
    assert_non_null(strstr(gms_journal_trouble(j, &seq), "altered"));
    assert_int_equal(seq, 4);

    last = 4; /* what comes after it is as it was written */
    assert_int_equal(gms_journal_replay(j, 4, count_row, &last), GMS_OK);
    assert_int_equal(last, 5);
    gms_journal_close(j);
}


/* The version before hashes: rows get theirs, and the journal says from where
 * they were made as the rows were. */
static void
hashes_come_with_the_upgrade(void **state)
{
    gms_journal_t *j;
    char           made[GMS_CHAIN_HEX_SIZE], given[GMS_CHAIN_HEX_SIZE];
    uint64_t       i;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 20; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }
    gms_journal_head(j, made);
    gms_journal_close(j);

    sql("ALTER TABLE events DROP COLUMN hash;"
        "DELETE FROM meta WHERE key IN ('chained_since', 'first_epoch');"
        "UPDATE meta SET value = '2' WHERE key = 'schema'");

    /* a program that is killed in the upgrade leaves the old version */
    sql("CREATE TRIGGER stop BEFORE UPDATE ON events WHEN new.seq = 15"
        " BEGIN SELECT raise(ABORT, 'no'); END");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    sql("DROP TRIGGER stop");

    j = open_lane("lane1");
    gms_journal_head(j, given);
    assert_string_equal(given, made);
    assert_int_equal(gms_journal_chained_since(j), 21);
    assert_int_equal(append(j, 21), GMS_OK);
    assert_int_equal(replayed(j), 21);
    gms_journal_close(j);

    j = open_lane("lane1");
    assert_int_equal(gms_journal_chained_since(j), 21);
    gms_journal_close(j);
}


static void
missing_rows_are_noticed(void **state)
{
    gms_journal_t *j;
    uint64_t       i, last = 0;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 5; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }

    /* a callback's word ends the replay */
    last = 1;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last), -1000);

    sql("DELETE FROM events WHERE seq = 3");
    last = 0;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last),
        GMS_ECORRUPT);
    assert_int_equal(last, 2);

    sql("UPDATE events SET json = '{}' WHERE seq = 2");
    last = 0;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last),
        GMS_ECORRUPT);
    assert_int_equal(last, 1);
    gms_journal_close(j);
}


static void
unusable_folders_are_named(void **state)
{
    FILE *f;

    (void) state;

    f = fopen(file_of("plain"), "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);

    strcat(folder, "/plain");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, folder));
    *strstr(folder, "/plain") = '\0';

    assert_int_equal(mkdir(file_of("journal.db"), 0700), 0);
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "journal.db"));
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER("a journal of the first version is read and goes on",
            old_journals_are_read),
        IN_FOLDER("another lane's or a newer journal is refused by name",
            foreign_journals_are_refused),
        IN_FOLDER("a damaged journal is refused and left as it is",
            damaged_journals_are_kept),
        IN_FOLDER("damage is refused, named, or does not matter",
            no_damage_passes_for_truth),
        IN_FOLDER("a journal that lost all its bytes is kept, and its log",
            emptied_journals_are_kept),
        IN_FOLDER("a journal that is refused is not touched, nor its log",
            refused_journals_are_not_touched),
        IN_FOLDER("an altered row is noticed", altered_rows_are_noticed),
        IN_FOLDER("a journal without hashes gets them, and says since when",
            hashes_come_with_the_upgrade),
        IN_FOLDER("a missing or unreadable row is noticed",
            missing_rows_are_noticed),
        IN_FOLDER("an unusable folder is named",
            unusable_folders_are_named),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
