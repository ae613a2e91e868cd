#include "keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../library/rules.h"
#include "../store/folder.h"
#include "../store/history_evidence.h"
#include "../store/history_problems.h"
#include "../store/history_rescue.h"
#include "../store/renew.h"

/* For so many more looks a lane must have been found to stand still. */
#define GMS_KEEPER_LOOKS 2


static void
keeper_log(gms_log_level_e level, const char *msg, const char *lane,
    const char *detail)
{
    char fact[1024];

    gms_log(level, msg, "\"for_lane\":\"%s\",\"detail\":\"%s\"", lane,
        gms_log_escape(fact, sizeof(fact), detail));
}


void
gms_keeper_init(gms_keeper_t *k, const char *state_dir)
{
    char err[512];

    memset(k, 0, sizeof(*k));
    k->state_dir = state_dir;
    k->started_ns = gms_clock_real_ns();

    if (gms_rules_load(&k->rules, NULL, err, sizeof(err)) != GMS_OK) {
        keeper_log(GMS_LOG_WARN, "no rules of advice: no tips", "", err);
    }
}


/* What the followers know is of the history that was. */
static void
keeper_close_history(gms_keeper_t *k)
{
    unsigned i;

    for (i = 0; i < k->lanes; i++) {
        gms_follow_close(k->lane[i]);
    }

    if (k->history != NULL) {
        gms_history_close(k->history);
        k->history = NULL;
    }
}


void
gms_keeper_close(gms_keeper_t *k)
{
    unsigned i;

    keeper_close_history(k);

    for (i = 0; i < k->lanes; i++) {
        free(k->lane[i]);
    }

    gms_rulebook_free(&k->rules);
    memset(k, 0, sizeof(*k));
}


/* A new one in the place of the damaged one, with what could be read of it. */
static int
keeper_anew(gms_keeper_t *k, const char *path, char *err, size_t err_size)
{
    char aside[PATH_MAX + 16], what[PATH_MAX + 256];
    int  rc, rows;

    rc = gms_history_set_aside(path, aside, sizeof(aside));

    if (rc == GMS_OK) {
        rc = gms_history_open(&k->history, path, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    rows = gms_history_rescue(k->history, aside);
    snprintf(what, sizeof(what),
        "it is %s now; sessions are made anew from the journals, %d rows of "
        "names, equipment and answers were read from it",
        aside, rows < 0 ? 0 : rows);
    keeper_log(GMS_LOG_ERROR, "history damaged: set aside", "", what);
    return GMS_OK;
}


/* Opens the history; what keeps it closed is said once until it changes. */
static void
keeper_open(gms_keeper_t *k)
{
    char path[PATH_MAX], err[sizeof(k->why)];
    int  rc;

    snprintf(path, sizeof(path), "%s/" GMS_HISTORY_FILE, k->state_dir);
    rc = gms_history_open(&k->history, path, err, sizeof(err));

    if (rc == GMS_ECORRUPT) {
        rc = keeper_anew(k, path, err, sizeof(err));
    }

    if (rc != GMS_OK) {
        if (strcmp(k->why, err) != 0) {
            keeper_log(GMS_LOG_ERROR, "history not opened", "", err);
        }
        snprintf(k->why, sizeof(k->why), "%s", err);

    } else if (k->why[0] != '\0') {
        keeper_log(GMS_LOG_INFO, "history opened after all", "", "");
        k->why[0] = '\0';
    }
}


/* Damage that shows only when a page is read. */
static void
keeper_check(gms_keeper_t *k)
{
    char path[PATH_MAX], err[sizeof(k->why)];

    if (k->history != NULL && gms_history_is_damaged(k->history)) {
        keeper_close_history(k);
        snprintf(path, sizeof(path), "%s/" GMS_HISTORY_FILE, k->state_dir);
        (void) keeper_anew(k, path, err, sizeof(err));
    }
}


static void
keeper_add(gms_keeper_t *k, const char *lane)
{
    unsigned i;

    for (i = 0; i < k->lanes; i++) {
        if (strcmp(k->lane[i]->lane, lane) == 0) {
            return;
        }
    }

    if (k->lanes < GMS_KEEPER_LANES_MAX && strlen(lane) < GMS_HISTORY_LANE_SIZE)
    {
        k->lane[k->lanes] = malloc(sizeof(*k->lane[0]));

        if (k->lane[k->lanes] != NULL) {
            gms_follow_init(k->lane[k->lanes], k->state_dir, lane);
            k->lane[k->lanes++]->rules = k->rules.rules > 0 ? &k->rules : NULL;
        }
    }
}


static void
keeper_find(gms_keeper_t *k)
{
    gms_folder_t folder;
    char         err[256];
    int          i;

    /* A worker without a lane yet has no folder to read: that is no error. */
    if (gms_folder_read(&folder, k->state_dir, err, sizeof(err)) == GMS_OK) {
        for (i = 0; i < folder.lanes; i++) {
            keeper_add(k, folder.lane[i]);
        }
        gms_folder_free(&folder);
    }
}


void
gms_keeper_look(gms_keeper_t *k)
{
    keeper_check(k);

    if (k->history == NULL) {
        keeper_open(k);
    }

    keeper_find(k);
    k->looks++;
    k->evidence_after = 0;
    k->idle = 0;
}


uint64_t
gms_keeper_behind(gms_keeper_t *k)
{
    uint64_t behind = 0;
    unsigned i;

    keeper_find(k);

    for (i = 0; i < k->lanes; i++) {
        gms_follow_look(k->lane[i]);
        behind += gms_follow_behind(k->lane[i]);
    }

    return behind;
}


void
gms_keeper_problems(gms_keeper_t *k, const char *lane, const char *list)
{
    cJSON *problems = cJSON_Parse(list);

    if (k->history == NULL) {
        keeper_open(k);
    }

    if (k->history != NULL && cJSON_IsArray(problems)
        && gms_history_set_problems(
               k->history, lane, problems, gms_clock_real_ns() / GMS_US)
            != GMS_OK)
    {
        keeper_log(GMS_LOG_WARN, "problems not kept", lane,
            gms_history_trouble(k->history));
    }

    cJSON_Delete(problems);
}


/* What keeps a lane from being followed, once until it changes. */
static void
keeper_say(gms_keeper_t *k, unsigned i)
{
    const gms_follow_t *f = k->lane[i];

    if (f->why[0] == '\0') {
        k->since[i] = 0;

    } else if (k->since[i] == 0) {
        k->since[i] = k->looks;
    }

    if (strncmp(k->said[i], f->why, sizeof(k->said[i]) - 1) == 0
        || (f->why[0] != '\0' && k->looks - k->since[i] < GMS_KEEPER_LOOKS))
    {
        return;
    }

    if (f->why[0] != '\0') {
        keeper_log(GMS_LOG_WARN, "journal not followed", f->lane, f->why);
    } else {
        keeper_log(GMS_LOG_INFO, "journal followed again", f->lane, "");
    }

    snprintf(k->said[i], sizeof(k->said[i]), "%.255s", f->why);
}


bool
gms_keeper_step(gms_keeper_t *k)
{
    unsigned i;
    int      rc;

    if (k->history == NULL) {
        return false;
    }

    if (k->idle >= k->lanes) {
        return (k->rules.rules > 0
                   && gms_renew_step(k->history, k->state_dir, &k->rules) == 1)
            || gms_history_evidence_step(k->history, k->state_dir,
                   gms_clock_real_ns() / GMS_US, &k->evidence_after)
            == 1;
    }

    i = k->turn++ % k->lanes;
    rc = gms_follow_step(k->lane[i], k->history);
    keeper_say(k, i);
    k->idle = rc == 1 ? 0 : k->idle + 1;

    return true;
}
