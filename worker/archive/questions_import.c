#include "questions_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../importing.h"
#include "questions_people.h"
#include "../store/history_people.h"

/* The same as on the command line: gmshoot import. */
#define IMPORT_CALIBER_MM_MAX 20
#define IMPORT_DISTANCE_M_MAX 5000


static const cJSON *
member(const gms_question_t *q, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(q->body, name);
}


/* False: it was answered. */
static bool
read_text(const gms_question_t *q, const char *name, const char **text)
{
    const cJSON *item = member(q, name);

    *text = cJSON_GetStringValue(item);
    if (item == NULL
        || (*text != NULL && (*text)[0] != '\0'
            && (strcmp(name, "csv") == 0
                || gms_jsontext_is_clean(*text, GMS_SHOOTER_SIZE))))
    {
        return true;
    }

    gms_question_invalid(q, name, "a text of 1 to 63 bytes");
    return false;
}


static bool
read_number(const gms_question_t *q, const char *name, double least,
    double most, double *value)
{
    const cJSON *item = member(q, name);
    char         detail[80];

    if (item == NULL) {
        return true;
    }
    if (cJSON_IsNumber(item) && item->valuedouble >= least
        && item->valuedouble <= most)
    {
        *value = item->valuedouble;
        return true;
    }

    snprintf(detail, sizeof(detail), "a number from %g to %g", least, most);
    gms_question_invalid(q, name, detail);
    return false;
}


static bool
read_flag(const gms_question_t *q, const char *name, bool *flag)
{
    const cJSON *item = member(q, name);

    *flag = cJSON_IsTrue(item);
    if (item == NULL || cJSON_IsBool(item)) {
        return true;
    }

    gms_question_invalid(q, name, "true or false");
    return false;
}


static bool
read_layout(const gms_question_t *q, gms_import_layout_e *layout)
{
    const char *text;

    *layout = GMS_IMPORT_LAYOUTS;
    if (!read_text(q, "layout", &text)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }

    *layout = gms_import_layout(text);
    if (*layout == GMS_IMPORT_LAYOUTS) {
        gms_question_invalid(q, "layout", "gmshoot, shotmarker or sius");
    }
    return *layout != GMS_IMPORT_LAYOUTS;
}


/* Whose they are: somebody who is known, or a nickname. */
static bool
read_shooter(const gms_question_t *q, const char **shooter)
{
    const char *nickname;
    bool        known = true;
    int         rc = GMS_OK;

    if (!read_text(q, "shooter", shooter)
        || !read_text(q, "nickname", &nickname)) {
        return false;
    }

    if (*shooter != NULL && nickname != NULL) {
        gms_question_invalid(q, "nickname", "give either shooter or nickname");
        return false;
    }

    if (*shooter != NULL) {
        rc = gms_history_is_known(
            q->keeper->history, GMS_HISTORY_SHOOTERS, *shooter, &known);
    }
    if (rc != GMS_OK) {
        gms_question_done(q, rc, 0, NULL);
        return false;
    }
    if (!known) {
        gms_question_invalid(q, "shooter",
            "no shooter has this id: see GET /api/shooters, or give a "
            "nickname");
        return false;
    }

    *shooter = *shooter != NULL ? *shooter : nickname;
    return true;
}


static bool
read_body(const gms_question_t *q, gms_importing_t *m, const char **csv)
{
    static const char *const names[] = { "csv", "name", "layout", "shooter",
        "nickname", "target", "caliber_mm", "distance_m", "year", "only",
        "y_down", "dry_run", NULL };
    double                   year = 0;

    if (!gms_question_known(q, q->body, names) || !read_text(q, "csv", csv)
        || !read_text(q, "name", &m->name) || !read_layout(q, &m->read.layout)
        || !read_shooter(q, &m->shooter) || !read_text(q, "target", &m->target)
        || !read_number(
            q, "caliber_mm", 0.1, IMPORT_CALIBER_MM_MAX, &m->caliber_mm)
        || !read_number(
            q, "distance_m", 1, IMPORT_DISTANCE_M_MAX, &m->distance_m)
        || !read_number(q, "year", 1970, 2200, &year)
        || !read_text(q, "only", &m->read.only)
        || !read_flag(q, "y_down", &m->read.y_down)
        || !read_flag(q, "dry_run", &m->dry_run))
    {
        return false;
    }

    if (*csv == NULL) {
        gms_question_invalid(q, "csv", "the text of the file");
        return false;
    }

    m->name = m->name != NULL ? m->name : "csv";
    m->read.year = (int) year;
    m->read.now_ns = gms_clock_real_ns();
    m->state_dir = q->keeper->state_dir;
    return true;
}


static void
answer(const gms_question_t *q, const gms_importing_t *m,
    const gms_importing_result_t *result)
{
    gms_jsontext_t j;
    bool           some = false;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "sessions", '[');

    for (int i = 0; i < result->lines; i++) {
        const gms_importing_line_t *line = &result->line[i];

        gms_jsontext_open(&j, NULL, '{');
        gms_jsontext_string(&j, "title", line->title);
        gms_jsontext_string(
            &j, "id", line->there || !m->dry_run ? line->id : "");
        gms_jsontext_bool(&j, "there", line->there);
        gms_jsontext_integer(&j, "shots", line->shots);
        gms_jsontext_integer(&j, "differ", line->differ);
        gms_jsontext_integer(&j, "started_us", line->started_ns / GMS_US);
        gms_jsontext_close(&j, '}');
        some = some || (!line->there && !m->dry_run);
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_integer(&j, "left_out", result->left_out);
    gms_jsontext_close(&j, '}');

    q->reply->body = gms_jsontext_take(&j);
    q->reply->status = q->reply->body == NULL ? 0 : some ? 201 : 200;
}


/* What came in is in its journal: who repeats it, should this fail, is told
 * that it is there. */
static void
remember(const gms_question_t *q)
{
    gms_history_t *h = q->keeper->history;

    if (q->reply->status == 201 && gms_history_begin(h, true) == GMS_OK) {
        if (gms_history_remember(
                h, q->ask->header.key, q->ask->header.verb, q->reply->body)
            == GMS_OK)
        {
            (void) gms_history_commit(h);
        }
        gms_history_roll_back(h);
    }
}


void
gms_question_import(const gms_question_t *q)
{
    gms_importing_t        m = { .dry_run = false };
    gms_importing_result_t result;
    const char            *csv = NULL;
    char                   err[1024] = "";
    FILE                  *in;
    int                    rc;

    if (!read_body(q, &m, &csv) || gms_question_is_answered(q, 201)) {
        return;
    }

    in = fmemopen((void *) csv, strlen(csv), "r");
    if (in == NULL) {
        return; /* out of memory: whoever asks is told so */
    }

    rc = gms_importing(&m, in, &result, err, sizeof(err));

    if (rc == GMS_OK) {
        answer(q, &m, &result);
        remember(q);
        free(result.line);

    } else if (rc == GMS_EINVALID) {
        gms_question_invalid(q, "csv", err);

    } else if (rc == GMS_ENOTFOUND) {
        gms_question_invalid(q, "target", err);

    } else if (rc != GMS_ENOMEM) {
        gms_question_problem(q, 503, "history-failing",
            "What was shot elsewhere cannot be kept now", err);
    }
}
