#include "questions_photo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/sealed.h"
#include "../base/jsontree.h"
#include "../library/library.h"
#include "../session/group_json.h"
#include "../target/calibration.h"
#include "../target/score.h"

/* Larger ones say no more of rings and holes, and keep other questions
 * waiting. */
#define PHOTO_SIDE_MAX 2600

#define PHOTO_SHOTS_MAX 200
#define PHOTO_CALIBER_MM_MAX 20
#define PHOTO_PLACE_MM_MAX 10000

typedef struct {
    gms_jpeg_t *jpeg;
    gms_image_t image;
    void       *bytes;
    size_t      size;
} photo_t;


/* Without a body it is out of memory: that is answered for all. */
static void
answer(const gms_question_t *q, cJSON *json)
{
    q->reply->body = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    q->reply->status = q->reply->body != NULL ? 200 : 0;
    cJSON_Delete(json);
}


/* False: it was answered. */
static bool
load_library(const gms_question_t *q, gms_library_t *library)
{
    char err[1024];

    if (gms_library_load(library, NULL, err, sizeof(err)) == GMS_OK) {
        return true;
    }

    gms_question_problem(q, 503, "targets-failing",
        "The library of targets cannot be read", err);
    return false;
}


/* NULL: it was answered. */
static const gms_face_t *
find_face(
    const gms_question_t *q, const gms_library_t *library, const char *name)
{
    const gms_face_t *face;
    char              err[256];

    if (name == NULL) {
        gms_question_invalid(
            q, "target", "the name of a target: see GET /api/targets");
        return NULL;
    }

    face = gms_library_find(library, name, err, sizeof(err));
    if (face == NULL) {
        gms_question_invalid(q, "target", err);
    }

    return face;
}


void
gms_question_targets(const gms_question_t *q)
{
    static const char *const names[] = { NULL };
    gms_library_t            library;
    cJSON                   *json, *list;
    bool                     ok = true;

    if (!gms_question_known(q, q->address, names) || !load_library(q, &library))
    {
        return;
    }

    json = cJSON_CreateObject();
    list = cJSON_AddArrayToObject(json, "targets");

    for (int i = 0; ok && i < library.faces; i++) {
        cJSON *face = gms_face_to_json(&library.face[i]);

        ok = face != NULL && cJSON_AddItemToArray(list, face);
    }

    gms_library_free(&library);
    answer(q, gms_jsontree_done(json, ok && list != NULL));
}


/* ---- finding the face ---- */

/* False: it is none. */
static bool
read_photo(photo_t *photo, int fd)
{
    int width, height;

    if (gms_sealed_size(fd, &photo->size) != GMS_OK || photo->size == 0
        || photo->size > GMS_LINK_BODY_MAX)
    {
        return false;
    }

    photo->bytes = malloc(photo->size);
    photo->jpeg = gms_jpeg_create();

    return photo->bytes != NULL && photo->jpeg != NULL
        && gms_sealed_read(fd, photo->bytes, photo->size) == GMS_OK
        && gms_jpeg_size(
               photo->jpeg, photo->bytes, photo->size, &width, &height)
        == GMS_OK
        && width <= PHOTO_SIDE_MAX && height <= PHOTO_SIDE_MAX
        && gms_jpeg_decode_gray(
               photo->jpeg, photo->bytes, photo->size, &photo->image)
        == GMS_OK;
}


static void
photo_free(photo_t *photo)
{
    if (photo->jpeg != NULL) {
        gms_jpeg_destroy(photo->jpeg);
    }
    gms_image_free(&photo->image);
    free(photo->bytes);
}


static cJSON *
found_json(const gms_calibration_t *c, const gms_face_t *face,
    const gms_image_t *image)
{
    cJSON *json = cJSON_CreateObject();
    bool   ok = gms_jsontree_add(json, "face", gms_face_to_json(face))
        && cJSON_AddNumberToObject(json, "width", image->width) != NULL
        && cJSON_AddNumberToObject(json, "height", image->height) != NULL
        && gms_jsontree_add(json, "homography_mm_to_px",
            cJSON_CreateDoubleArray(c->mm_to_px, 9))
        && gms_jsontree_add(json, "homography_px_to_mm",
            cJSON_CreateDoubleArray(c->px_to_mm, 9))
        && cJSON_AddNumberToObject(json, "residual_mm", c->residual_mm) != NULL
        && cJSON_AddNumberToObject(json, "px_per_mm", c->px_per_mm) != NULL
        && cJSON_AddNumberToObject(json, "tilt_deg", c->tilt_deg) != NULL;

    return gms_jsontree_done(json, ok);
}


static void
find(const gms_question_t *q, const gms_face_t *face)
{
    photo_t           photo = { 0 };
    gms_view_t        view = { 0 };
    gms_calibration_t c;
    char              reason[512], detail[80];

    if (!read_photo(&photo, q->ask->fd)) {
        snprintf(detail, sizeof(detail),
            "the body is one JPEG of at most %d x %d pixels", PHOTO_SIDE_MAX,
            PHOTO_SIDE_MAX);
        gms_question_problem(
            q, 422, "not-a-picture", "This is no picture", detail);

    } else if (gms_calibrate(
                   &c, &photo.image, face, &view, reason, sizeof(reason))
        != GMS_OK)
    {
        gms_question_problem(q, 422, "face-unseen",
            "The target is not found in the picture", reason);

    } else {
        answer(q, found_json(&c, face, &photo.image));
    }

    photo_free(&photo);
}


void
gms_question_photo_find(const gms_question_t *q)
{
    static const char *const names[] = { "target", NULL };
    gms_library_t            library;
    const gms_face_t        *face;

    if (!gms_question_known(q, q->address, names) || !load_library(q, &library))
    {
        return;
    }

    face = find_face(q, &library, gms_question_word(q, "target"));
    if (face != NULL && face->by_hand) {
        gms_question_invalid(
            q, "target", "nothing of this target is found by its rings");
    } else if (face != NULL) {
        find(q, face);
    }

    gms_library_free(&library);
}


/* ---- what the holes are worth ---- */

typedef struct {
    int    counted;
    int    tenths;
    int    rings;
    int    inner;
    cJSON *shots;
} photo_sums_t;


/* A number of an object within reach; false: it is none. */
static bool
number_of(const cJSON *object, const char *name, double least, double most,
    double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    *value = cJSON_IsNumber(item) ? item->valuedouble : 0;
    return cJSON_IsNumber(item) && *value >= least && *value <= most;
}


static bool
score_shot(photo_sums_t *sums, const gms_face_t *face, double caliber_mm,
    double x_mm, double y_mm)
{
    gms_score_t s = gms_score(face, caliber_mm, x_mm, y_mm);
    cJSON      *shot = cJSON_CreateObject();

    sums->counted++;
    sums->tenths += s.tenths;
    sums->rings += s.ring;
    sums->inner += s.inner;

    return cJSON_AddNumberToObject(shot, "n", sums->counted) != NULL
        && cJSON_AddNumberToObject(shot, "x_mm", x_mm) != NULL
        && cJSON_AddNumberToObject(shot, "y_mm", y_mm) != NULL
        && cJSON_AddNumberToObject(shot, "score_tenths", s.tenths) != NULL
        && cJSON_AddNumberToObject(shot, "ring", s.ring) != NULL
        && cJSON_AddBoolToObject(shot, "inner", s.inner) != NULL
        && cJSON_AddItemToArray(sums->shots, shot);
}


/* False: it was answered, or there is no memory. */
static bool
score_all(const gms_question_t *q, photo_sums_t *sums, gms_group_t *group,
    const gms_face_t *face, double caliber_mm)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(q->body, "shots");
    const cJSON *shot;
    char         name[40];
    double       x_mm, y_mm;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > PHOTO_SHOTS_MAX) {
        gms_question_invalid(q, "shots", "a list of at most 200 places");
        return false;
    }

    cJSON_ArrayForEach(shot, list)
    {
        if (!number_of(
                shot, "x_mm", -PHOTO_PLACE_MM_MAX, PHOTO_PLACE_MM_MAX, &x_mm)
            || !number_of(
                shot, "y_mm", -PHOTO_PLACE_MM_MAX, PHOTO_PLACE_MM_MAX, &y_mm))
        {
            snprintf(name, sizeof(name), "shots/%d", sums->counted);
            gms_question_invalid(
                q, name, "x_mm and y_mm, from the centre of the face");
            return false;
        }

        if (!score_shot(sums, face, caliber_mm, x_mm, y_mm)
            || gms_group_add(group, x_mm, y_mm) != GMS_OK)
        {
            return false;
        }
    }

    return true;
}


static void
score(const gms_question_t *q, const gms_face_t *face, double caliber_mm,
    double distance_m)
{
    gms_group_measures_t measures;
    gms_group_t          group = { 0 };
    photo_sums_t         sums = { 0 };
    cJSON               *json = cJSON_CreateObject();
    bool                 ok;

    sums.shots = cJSON_AddArrayToObject(json, "shots");
    ok = sums.shots != NULL && score_all(q, &sums, &group, face, caliber_mm);

    if (ok) {
        gms_group_measure(&group, &measures);
        ok = cJSON_AddNumberToObject(json, "counted", sums.counted) != NULL
            && cJSON_AddNumberToObject(json, "total_tenths", sums.tenths)
                != NULL
            && cJSON_AddNumberToObject(json, "total_rings", sums.rings) != NULL
            && cJSON_AddNumberToObject(json, "inner", sums.inner) != NULL
            && gms_jsontree_add(
                json, "group", gms_group_to_json(&measures, distance_m * 1000));
        answer(q, gms_jsontree_done(json, ok));
    } else {
        cJSON_Delete(json);
    }

    gms_group_free(&group);
}


void
gms_question_photo_score(const gms_question_t *q)
{
    static const char *const none[] = { NULL };
    static const char *const names[] = { "target", "caliber_mm", "distance_m",
        "shots", NULL };
    gms_library_t            library;
    const gms_face_t        *face;
    double                   caliber_mm, distance_m = 0;

    if (!gms_question_known(q, q->address, none)
        || !gms_question_known(q, q->body, names))
    {
        return;
    }

    if (!number_of(
            q->body, "caliber_mm", 0.1, PHOTO_CALIBER_MM_MAX, &caliber_mm)) {
        gms_question_invalid(q, "caliber_mm", "a number from 0.1 to 20");
        return;
    }

    if (cJSON_HasObjectItem(q->body, "distance_m")
        && !number_of(q->body, "distance_m", 1, 5000, &distance_m))
    {
        gms_question_invalid(q, "distance_m", "a number from 1 to 5000");
        return;
    }

    if (!load_library(q, &library)) {
        return;
    }

    face = find_face(q, &library,
        cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(q->body, "target")));
    if (face != NULL) {
        score(q, face, caliber_mm, distance_m);
    }

    gms_library_free(&library);
}
