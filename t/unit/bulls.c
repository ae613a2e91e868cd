/* Sessions on faces of zones and on cards of several bulls. */

#include "t/lib/sample.h"

#include <stdlib.h>

#include <cjson/cJSON.h>


static void
zone_face(gms_face_t *face)
{
    static const gms_face_zone_t zones[] = {
        { .name = "A",
            .points = 5,
            .corners = 4,
            .inner = true,
            .corner_um = { { -75000, -75000 }, { 75000, -75000 },
                { 75000, 75000 }, { -75000, 75000 } } },
        { .name = "D",
            .points = 2,
            .corners = 4,
            .corner_um = { { -225000, -225000 }, { 225000, -225000 },
                { 225000, 225000 }, { -225000, 225000 } } },
    };

    memset(face, 0, sizeof(*face));
    strcpy(face->name, "club-silhouette");
    strcpy(face->title, "Club silhouette");
    face->by_hand = true;
    face->gauges = 1;
    face->gauge[0].gauge_mm = 9;
    face->zones = 2;
    memcpy(face->zone, zones, sizeof(zones));
}


static void
bull_face(gms_face_t *face)
{
    static const gms_face_bull_t bulls[] = {
        { "S", 0, 0, true },
        { "1", -76.2, 35.56, false },
        { "2", 76.2, 35.56, false },
    };

    sample_face(face);
    face->by_hand = true;
    face->bulls = 3;
    memcpy(face->bull, bulls, sizeof(bulls));
}


static void
opened(gms_scorebook_t *s, void (*make)(gms_face_t *))
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_fresh(s);
    sample_start(&input, "");
    make(&input.u.session.face);
    assert_int_equal(sample_step(s, &input, out), 1);
}


/* Shoots, and sees to it that the journal gives the same shot back. */
static const gms_event_shot_t *
shoot(gms_scorebook_t *s, double x_mm, double y_mm)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX], again;
    char       *json;

    sample_shot(&input, sample_session(s)->shots + 1, x_mm, y_mm);
    assert_int_equal(sample_step(s, &input, out), 1);

    json = gms_event_to_json(&out[0], s->lane);
    assert_non_null(json);
    assert_int_equal(gms_event_from_json(&again, "shot", json), GMS_OK);
    assert_string_equal(again.u.shot.zone, out[0].u.shot.zone);
    assert_string_equal(again.u.shot.bull, out[0].u.shot.bull);
    assert_true(again.u.shot.x_mm == out[0].u.shot.x_mm);
    assert_true(again.u.shot.y_mm == out[0].u.shot.y_mm);
    free(json);

    return &sample_session(s)->shot[sample_session(s)->shots - 1].shot;
}


static void
zones(void **state)
{
    gms_scorebook_t         s;
    const gms_event_shot_t *shot;

    (void) state;
    opened(&s, zone_face);

    shot = shoot(&s, 10, 10);
    assert_string_equal(shot->zone, "A");
    assert_string_equal(shot->bull, "");
    assert_int_equal(shot->ring, 5);
    assert_int_equal(shot->score_tenths, 50);
    assert_true(shot->inner);
    assert_false(shot->near_line);

    shot = shoot(&s, 79.5, 0); /* the gauge touches */
    assert_string_equal(shot->zone, "A");
    assert_true(shot->near_line);

    assert_string_equal(shoot(&s, 0, -100)->zone, "D");
    shot = shoot(&s, 0, 300);
    assert_string_equal(shot->zone, "");
    assert_int_equal(shot->ring, 0);

    assert_int_equal(sample_session(&s)->total.rings, 12);
    assert_int_equal(sample_session(&s)->total.tenths, 120);
    assert_int_equal(sample_session(&s)->total.inner, 2);
    gms_scorebook_free(&s);
}


static void
bulls(void **state)
{
    gms_scorebook_t         s;
    const gms_event_shot_t *shot;

    (void) state;
    opened(&s, bull_face);

    shot = shoot(&s, -75.2, 33.56); /* 1, -2 from the middle of bull 1 */
    assert_string_equal(shot->bull, "1");
    assert_string_equal(shot->zone, "");
    assert_true(shot->x_mm == 1);
    assert_true(shot->y_mm == -2);
    assert_int_equal(shot->ring, 10);
    assert_false(shot->sighter);

    shot = shoot(&s, 3, 4); /* on the bull for sighting */
    assert_string_equal(shot->bull, "S");
    assert_true(shot->sighter);
    assert_int_equal(shot->ring, 10);

    shot = shoot(&s, 500, 500); /* beside the card: the nearest, and a miss */
    assert_string_equal(shot->bull, "2");
    assert_int_equal(shot->ring, 0);

    assert_int_equal(sample_session(&s)->total.counted, 2);
    assert_int_equal(sample_session(&s)->total.rings, 10);
    gms_scorebook_free(&s);
}


static const char *
column(const cJSON *shots, int row, const char *name)
{
    const cJSON *names = cJSON_GetObjectItem(shots, "columns");
    const cJSON *line =
        cJSON_GetArrayItem(cJSON_GetObjectItem(shots, "rows"), row);

    for (int i = 0; i < cJSON_GetArraySize(names); i++) {
        if (strcmp(cJSON_GetArrayItem(names, i)->valuestring, name) == 0) {
            return cJSON_GetStringValue(cJSON_GetArrayItem(line, i));
        }
    }

    return "no such column";
}


static void
in_the_document(void **state)
{
    static void (*const faces[])(gms_face_t *) = { zone_face, bull_face };
    static const char *const expected[][2] = { { "A", "" }, { "", "S" } };

    gms_scorebook_t s;
    cJSON          *json, *read;
    char           *text;

    (void) state;
    for (int i = 0; i < 2; i++) {
        opened(&s, faces[i]);
        shoot(&s, 0, 0);
        json = gms_scorebook_session_to_json(gms_scorebook_shown(&s));
        text = cJSON_PrintUnformatted(json);
        read = cJSON_Parse(text);
        assert_non_null(read);
        assert_string_equal(
            column(cJSON_GetObjectItem(read, "shots"), 0, "zone"),
            expected[i][0]);
        assert_string_equal(
            column(cJSON_GetObjectItem(read, "shots"), 0, "bull"),
            expected[i][1]);
        cJSON_Delete(json);
        cJSON_Delete(read);
        cJSON_free(text);
        gms_scorebook_free(&s);
    }
}


/* The largest face there may be still goes into one event of the journal. */
static void
largest_face(void **state)
{
    gms_event_t event, again;
    gms_face_t *face = &event.u.session.face;
    char       *json;

    (void) state;
    memset(&event, 0, sizeof(event));
    event.kind = GMS_EVENT_SESSION_STARTED;
    event.seq = 1;
    event.real_ns = 1700000000000000000;
    strcpy(event.session, "lane1-00-1");
    strcpy(event.u.session.shooter, "anna");
    event.u.session.rounds = gms_rounds_usual;
    zone_face(face);
    face->zones = GMS_FACE_ZONES_MAX;
    for (int i = 0; i < GMS_FACE_ZONES_MAX; i++) {
        memcpy(&face->zone[i], &face->zone[0], sizeof(face->zone[0]));
        face->zone[i].corners = GMS_FACE_CORNERS_MAX;
        for (int k = 0; k < GMS_FACE_CORNERS_MAX; k++) {
            face->zone[i].corner_um[k][0] = -4999999 + i;
            face->zone[i].corner_um[k][1] = -4999999 + k;
        }
    }

    json = gms_event_to_json(&event, "lane1");
    assert_non_null(json);
    assert_true(strlen(json) < 16 * 1024);
    assert_int_equal(gms_event_from_json(&again, "session", json), GMS_OK);
    assert_memory_equal(&again.u.session.face, face, sizeof(*face));
    free(json);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a shot on a face of zones has a zone and its points",
            .test_func = zones },
        { .name = "a shot on a card of bulls counts from its bull",
            .test_func = bulls },
        { .name = "the state document names zones and bulls",
            .test_func = in_the_document },
        { .name = "the largest face fits into an event",
            .test_func = largest_face },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("bulls", tests, NULL, NULL);
}
