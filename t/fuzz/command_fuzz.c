/*
 * Any bytes as the commands of a shift: lines of a verb, who asks, a key, and
 * the body as it comes from nginx.  They go to a lane with its journal, store
 * thread and ring, where the camera's side is played: a target that is looked
 * for is found at once.  Each command must be answered once, by JSON or by a
 * problem document; what was published must be JSON in UTF-8, and the journal
 * must fold to what the lane knows.
 */

#include "t/lib/shelf.h"

#include <poll.h>
#include <sys/socket.h>

#include <cjson/cJSON.h>

#include "t/lib/fuzzed.h"
#include "worker/base/clock.h"
#include "worker/base/conf.h"
#include "worker/base/log.h"
#include "worker/lane/commands.h"
#include "worker/lane/document.h"
#include "worker/lane/scorer.h"

#define COMMANDS_MAX 24
#define LANE                                                                  \
    "gmshoot_range lane1 { title \"Lane\"; camera simulate: seed=1; "         \
    "target issf-10m-air-pistol; caliber 4.5mm; distance 10m; "               \
    "targets issf-10m-air-pistol nra-b8; calibers 4.5mm 9mm; }\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const verbs[] = { "session.start", "session.get",
    "session.csv", "session.json", "session.svg", "session.html",
    "session.change", "session.end", "sessions.get", "sessions.start",
    "session.shot.picture", "session.paper.picture", "shot.get", "shot.add",
    "shot.correct", "cross.give", "cross.offer", "cross.take", "paper",
    "round", "range", "command", "courses.get", "candidates.get",
    "candidates.picture", "stats.get", "advice.get", "drills.get", "tip.give",
    "tip.change", "show.set", "show.end",
    "calibration.get", "calibration.find", "calibration.set",
    "calibration.confirm", "calibration.undo", "calibration.verify",
    "calibration.try",
    "no.such.verb", "frames.get", "frames.picture",
    "session.shot.frames", "session.frame", "session.shot.film",
    "complaint.add", "complaints.get", "complaint.film", "complaint.facts",
    "complaint.remove", "complaint.change", "shot.call" };

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

/* What stays, and what is made anew for each shift. */
static gms_config_t      config;
static gms_memory_t      memory;
static gms_inbox_t       notes;
static gms_grabber_t     grabber;
static gms_analysis_t    analysis;
static gms_recounter_t   recounter;
static gms_filmer_t      filmer;
static gms_wake_t        wake_set;
static gms_storekeeper_t store;
static gms_scorer_t     *scorer;
static int               control[2];
static unsigned          answers[COMMANDS_MAX + 1];


static void
make_config(void)
{
    gms_grammar_t *g = gms_grammar_create();
    char           path[80];
    size_t         size;
    uint64_t       id;
    FILE          *out;

    snprintf(path, sizeof(path), "%s/lane.conf", folder);
    out = fopen(path, "w");
    fuzzed_must(g != NULL && out != NULL, "a configuration");
    fputs(LANE, out);
    fclose(out);

    fuzzed_must(
        gms_conf_read(g, "conf/targets.conf", err, sizeof(err)) == GMS_OK
            && gms_conf_read(g, "conf/courses.conf", err, sizeof(err)) == GMS_OK
            && gms_conf_read(g, path, err, sizeof(err)) == GMS_OK
            && gms_conf_finish(g, err, sizeof(err)) == GMS_OK,
        err);
    fuzzed_must(gms_config_parse(
             &config, gms_grammar_json(g, &size, &id), err, sizeof(err))
            == GMS_OK,
        err);
    gms_grammar_destroy(g);
}


static void
make_all(void)
{
    gms_memory_spec_t spec = { 0 };

    gms_log_threshold(GMS_LOG_ALERT);
    fuzzed_folder();
    make_config();
    fuzzed_must(gms_memory_create(&memory, "gmshoot-fuzz", &spec) == GMS_OK
            && gms_inbox_init(&notes, sizeof(gms_note_t), 256) == GMS_OK
            && gms_inbox_init(&grabber.orders, sizeof(gms_order_t), 16)
                == GMS_OK
            && gms_inbox_init(&analysis.orders, sizeof(gms_order_t), 64)
                == GMS_OK
            && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, control)
                == 0,
        "what lanes have");
    grabber.lanes = 1;
    grabber.reel = gms_reel_create(0);
    grabber.memory[0] = &memory;
    grabber.config.memory = &memory;
    recounter.notes = &notes;
    fuzzed_must(
        gms_recounter_start(&recounter) == GMS_OK, "a thread that counts");
    gms_wake_init(&wake_set);
    scorer = calloc(1, sizeof(*scorer));
    fuzzed_must(scorer != NULL, "memory");
    filmer.lanes = 1;
    filmer.dir[0] = scorer->dir;
    filmer.state_dir = folder;
    filmer.reel = grabber.reel;
    filmer.notes = &notes;
    fuzzed_must(gms_filmer_start(&filmer) == GMS_OK, "a thread that films");
}


static void
check_answer(const gms_link_message_t *m)
{
    fuzzed_must(m->header.id >= 1 && m->header.id <= COMMANDS_MAX,
        "an answer to what was asked");
    fuzzed_must(++answers[m->header.id] == 1, "an answer only");

    if (m->header.verb[0] != '\0') {
        cJSON_Delete(fuzzed_json(m->body)); /* a question to another lane */

    } else if (m->header.value == GMS_ANSWER_JSON) {
        fuzzed_answer(m->header.status, m->body);
    }
}


static void
take_answers(void)
{
    gms_link_message_t m;

    while (gms_link_receive(control[1], &m) == GMS_OK) {
        if (m.header.type == GMS_LINK_ANSWER) {
            check_answer(&m);
        }
        gms_link_release(&m);
    }
}


/* The camera's side: finds every target, draws every face. */
static void
play_order(const gms_order_t *order)
{
    static const double h[9] = { 3.7, 0.01, 640, 0.02, -3.7, 360, 0, 0, 1 };
    gms_note_t          note;

    memset(&note, 0, sizeof(note));
    note.mono_ns = order->mono_ns;

    if (order->kind == GMS_ORDER_CALIBRATE) {
        note.kind = GMS_NOTE_CALIBRATED;
        fuzzed_must(gms_calibration_set(&note.u.calibrated.calibration, h,
                 GMS_CALIBRATION_AUTO, 0.1)
                == GMS_OK,
            "a calibration");

    } else if (order->kind == GMS_ORDER_REOPEN) {
        note.kind = GMS_NOTE_REOPENED;
        note.mono_ns = gms_clock_mono_ns();

    } else {
        free(order->hole);
        return;
    }

    gms_scorer_note(scorer, &note);
}


/* Until nothing is on its way. */
static void
settle(void)
{
    struct pollfd p = { .fd = notes.fd, .events = POLLIN };
    gms_note_t    note;
    gms_order_t   order;
    bool          more;

    do {
        more = false;
        take_answers();

        while (gms_inbox_take(&analysis.orders, &order)
            || gms_inbox_take(&grabber.orders, &order))
        {
            play_order(&order);
            more = true;
        }
        if (scorer->busy || scorer->counting > 0 || scorer->filming > 0) {
            fuzzed_must(poll(&p, 1, 10000) == 1, "a note of the threads");
        }
        while (gms_inbox_take(&notes, &note)) {
            gms_scorer_note(scorer, &note);
            more = true;
        }
    } while (more || scorer->busy || scorer->counting > 0
        || scorer->filming > 0);

    take_answers();
}


static void
begin_shift(void)
{
    fuzzed_must(mkdir(file_of("lane1"), 0700) == 0, "a lane's folder");

    memset(scorer, 0, sizeof(*scorer));
    memset(&store, 0, sizeof(store));
    grabber.sessions = 0;
    snprintf(scorer->dir, sizeof(scorer->dir), "%s", file_of("lane1"));
    store.lanes = 1;
    store.memory[0] = &memory;
    store.dir[0] = scorer->dir;
    store.state_dir = folder;
    store.notes = &notes;
    scorer->config = &config.lane[0];
    scorer->memory = &memory;
    scorer->grabber = &grabber;
    scorer->analysis = &analysis;
    scorer->store = &store;
    scorer->recounter = &recounter;
    scorer->filmer = &filmer;
    scorer->wake = &wake_set;
    scorer->control = control[0];

    fuzzed_must(gms_journal_open(
             &store.journal[0], scorer->dir, "lane1", err, sizeof(err))
                == GMS_OK
            && gms_scorer_init(scorer, err, sizeof(err)) == GMS_OK
            && gms_storekeeper_start(&store) == GMS_OK,
        err);
    gms_scorer_start(scorer);
    settle();
}


/* What readers of the lane's memory have. */
static void
check_published(void)
{
    static char       text[GMS_EVENT_BYTES];
    gms_ring_record_t record;
    const char       *data;
    uint64_t          pos = gms_ring_oldest(&scorer->ring);
    char             *state = gms_document_state(scorer);

    fuzzed_must(state != NULL, "a state document");
    cJSON_Delete(fuzzed_json(state));
    free(state);

    while (gms_ring_read(&scorer->ring, &pos, &record, text, sizeof(text) - 1)
        == GMS_OK)
    {
        fuzzed_must(record.size >= 2, "an event");
        text[record.size - 2] = '\0'; /* before the empty line */
        data = strstr(text, "\ndata: ");
        fuzzed_must(data != NULL, "data of an event");
        cJSON_Delete(fuzzed_json(data + 7));
    }
}


static void
end_shift(void)
{
    gms_storekeeper_stop(&store);
    compare_folds(store.journal[0], &scorer->book);
    gms_scorer_close(scorer);
    gms_journal_close(store.journal[0]);
    fuzzed_remove(scorer->dir);
}


/* A letter for the verb, one for who asks and whether by a key, the body. */
static void
command(unsigned id, char *line)
{
    gms_link_message_t ask;

    memset(&ask, 0, sizeof(ask));
    ask.fd = -1;
    ask.header.type = GMS_LINK_ASK;
    ask.header.id = id;
    ask.header.role = (uint8_t) line[1] % 4;
    ask.header.deadline_ns = gms_clock_mono_ns() + 3600 * GMS_S;
    strcpy(ask.header.lane, "lane1");
    strcpy(ask.header.verb, verbs[(uint8_t) (line[0] - 'A') % VERBS]);
    ask.body = line + 2;
    ask.header.body_size = (uint32_t) strlen(ask.body);

    if ((uint8_t) line[1] & 4) {
        snprintf(ask.header.key, sizeof(ask.header.key), "key-%d",
            (uint8_t) line[1] >> 3 & 7);
    }

    gms_command(scorer, &ask);
    settle();
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char    *text = malloc(size + 1), *save = NULL, *line;
    unsigned asked = 0;

    if (scorer == NULL) {
        make_all();
    }

    fuzzed_must(text != NULL, "memory");
    memcpy(text, data, size);
    text[size] = '\0';
    memset(answers, 0, sizeof(answers));
    begin_shift();

    for (line = strtok_r(text, "\n", &save);
        line != NULL && asked < COMMANDS_MAX;
        line = strtok_r(NULL, "\n", &save))
    {
        if (strlen(line) >= 2) {
            command(++asked, line);
        }
    }

    /* those that wait for a picture have waited long enough */
    gms_scorer_tick(scorer, gms_clock_mono_ns() + 7200 * GMS_S);
    settle();

    for (unsigned i = 1; i <= asked; i++) {
        fuzzed_must(answers[i] == 1, "an answer to each");
    }

    check_published();
    end_shift();
    free(text);
    return 0;
}
