#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../ipc/error.h"
#include "orders.h"
#include "papers.h"
#include "publish.h"


static void
papers_forget(gms_scorer_t *s)
{
    free(s->photograph.bytes);
    memset(&s->photograph, 0, sizeof(s->photograph));
    s->holes = 0;
}


void
gms_papers_begin(gms_scorer_t *s)
{
    papers_forget(s);
    s->paper_said = false;
}


void
gms_papers_look(gms_scorer_t *s)
{
    gms_frame_info_t info;
    void            *bytes;

    if (s->looking.state != GMS_DETECTOR_LIVE || s->looking.odd_size) {
        return;
    }

    bytes = malloc(GMS_PICTURE_BYTES_MAX);
    if (bytes == NULL) {
        return;
    }

    if (gms_frames_read(&s->frames, &info, bytes, GMS_PICTURE_BYTES_MAX)
        != GMS_OK) {
        free(bytes);
        return;
    }

    free(s->photograph.bytes);
    s->photograph.kind = GMS_PICTURE_PAPER;
    s->photograph.bytes = realloc(bytes, info.size);
    s->photograph.size = info.size;

    if (s->photograph.bytes == NULL) {
        s->photograph.bytes = bytes;
    }
}


gms_picture_t
gms_papers_photograph(gms_scorer_t *s)
{
    gms_picture_t picture;

    picture = s->photograph;
    picture.n = s->session.paper;
    memset(&s->photograph, 0, sizeof(s->photograph));

    return picture;
}


void
gms_papers_changed(gms_scorer_t *s, const gms_event_paper_t *paper)
{
    papers_forget(s);

    if (paper->what == GMS_PAPER_GONE_END
        || strcmp(paper->author, "detector") == 0) {
        return;
    }

    s->paper_said = true;
    gms_order_paper(s,
        paper->what == GMS_PAPER_GONE_PASTED ? GMS_PAPER_PASTED
                                             : GMS_PAPER_NEW);
}


static void
papers_add_count(cJSON *json, const char *name, int32_t n)
{
    if (n >= 0) {
        cJSON_AddNumberToObject(json, name, n);
    } else {
        cJSON_AddNullToObject(json, name);
    }
}


static void
papers_add(cJSON *json, const gms_event_paper_t *paper)
{
    char detail[GMS_REASON_SIZE];

    gms_event_paper_detail(paper, detail, sizeof(detail));
    cJSON_AddNumberToObject(json, "paper", paper->paper);
    papers_add_count(json, "expected", paper->expected);
    cJSON_AddNumberToObject(json, "shots", paper->shots);
    papers_add_count(json, "holes", paper->holes);
    cJSON_AddNumberToObject(json, "odd", paper->odd);
    cJSON_AddStringToObject(json, "detail", detail);
}


static void
papers_send(gms_scorer_t *s, uint64_t ask, cJSON *json)
{
    char *text;

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_answer(s, ask, 200, text != NULL ? text : "{}");
    free(text);
}


void
gms_papers_answer(gms_scorer_t *s, uint64_t ask)
{
    cJSON *json;

    json = cJSON_CreateObject();

    if (s->session.state != GMS_LANE_IDLE) {
        cJSON_AddStringToObject(json, "session", s->session.session.id);
        papers_add(json, &s->session.last_paper);

    } else {
        cJSON_AddNullToObject(json, "session");
        cJSON_AddStringToObject(
            json, "detail", "no session is open: nothing was counted");
    }

    papers_send(s, ask, json);
}


void
gms_papers_answer_session(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    cJSON *json;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "session", s->session.session.id);
    cJSON_AddNumberToObject(json, "counted", s->session.counted);
    cJSON_AddNumberToObject(json, "total_tenths", s->session.total_tenths);
    cJSON_AddNumberToObject(json, "total_rings", s->session.total_rings);
    cJSON_AddNumberToObject(json, "inner", s->session.inner);

    if (waiting->input.kind == GMS_INPUT_END
        && s->session.last_paper.what == GMS_PAPER_GONE_END)
    {
        papers_add(json, &s->session.last_paper);
    }

    papers_send(s, waiting->ask, json);
}
