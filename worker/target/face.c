/* gms_face: see face.h. */

#include "face.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "reason.h"

/* The largest printed ring of any discipline is 1.6 m wide. */
#define DIAMETER_MAX_MM 5000.0
#define GAUGE_MAX_MM 50.0

static const char *const decimals[] = {
    [GMS_DECIMAL_NONE] = "none",
    [GMS_DECIMAL_LINEAR] = "linear",
    [GMS_DECIMAL_TWO_PART] = "two-part",
};


/* False when it is missing, no number, or outside. */
static bool
get_number(
    const cJSON *json, const char *key, double min, double max, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= min)
        || !(item->valuedouble <= max))
    {
        return false;
    }

    *value = item->valuedouble;

    return true;
}


static bool
get_text(const cJSON *json, const char *key, char *buf, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    size_t       n;

    if (!cJSON_IsString(item) || item->valuestring == NULL) {
        return false;
    }

    n = strlen(item->valuestring);
    if (n == 0 || n >= size) {
        return false;
    }

    memcpy(buf, item->valuestring, n + 1);

    return true;
}


static int
read_rings(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    double           value;
    const cJSON     *list, *item;
    gms_face_ring_t *ring;

    list = cJSON_GetObjectItemCaseSensitive(json, "rings");

    cJSON_ArrayForEach(item, list)
    {
        if (face->rings == GMS_FACE_RINGS_MAX) {
            return refuse(err, err_size, "face \"%s\": more than %d rings",
                face->name, GMS_FACE_RINGS_MAX);
        }

        ring = &face->ring[face->rings];
        if (!get_number(item, "value", 1, 10, &value) || value != floor(value)
            || !get_number(
                item, "diameter_mm", 1e-3, DIAMETER_MAX_MM, &ring->diameter_mm))
        {
            return refuse(err, err_size,
                "face \"%s\": ring %d of the list "
                "has no sound value (1 to 10) or diameter_mm",
                face->name, face->rings + 1);
        }

        ring->value = (int) value;
        if (face->rings > 0
            && (ring->value != ring[-1].value - 1
                || ring->diameter_mm <= ring[-1].diameter_mm))
        {
            return refuse(err, err_size,
                "face \"%s\": ring %d does not "
                "follow the one before it",
                face->name, ring->value);
        }
        face->rings++;
    }

    if (face->rings == 0) {
        return refuse(err, err_size, "face \"%s\" has no rings", face->name);
    }

    return GMS_OK;
}


static int
read_gauges(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    bool              all = false;
    const cJSON      *list, *item;
    gms_face_gauge_t *gauge;

    list = cJSON_GetObjectItemCaseSensitive(json, "gauges");

    cJSON_ArrayForEach(item, list)
    {
        if (face->gauges == GMS_FACE_GAUGES_MAX) {
            return refuse(err, err_size, "face \"%s\": more than %d gauges",
                face->name, GMS_FACE_GAUGES_MAX);
        }

        gauge = &face->gauge[face->gauges];
        if (!get_number(item, "gauge_mm", 0, GAUGE_MAX_MM, &gauge->gauge_mm)
            || !get_number(item, "above_mm", 0, GAUGE_MAX_MM, &gauge->above_mm))
        {
            return refuse(err, err_size,
                "face \"%s\": gauge %d of the list "
                "has no sound gauge_mm or above_mm",
                face->name, face->gauges + 1);
        }

        all = all || gauge->above_mm == 0;
        face->gauges++;
    }

    if (!all) {
        return refuse(err, err_size,
            "face \"%s\" has no gauge for every caliber (above_mm 0)",
            face->name);
    }

    return GMS_OK;
}


static int
read_rules(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    size_t i;
    char   text[16];

    if (!get_number(json, "black_mm", 0, DIAMETER_MAX_MM, &face->black_mm)) {
        return refuse(err, err_size,
            "face \"%s\": black_mm is missing or "
            "absurd",
            face->name);
    }

    if (!get_number(
            json, "inner_mm", 0, face->ring[0].diameter_mm, &face->inner_mm)
        || !get_text(json, "inner_rule", text, sizeof(text)))
    {
        return refuse(err, err_size,
            "face \"%s\": inner_mm or inner_rule is "
            "missing, or the inner ring is larger than the first",
            face->name);
    }

    face->inner_shot_out = strcmp(text, "shot-out") == 0;
    if (!face->inner_shot_out && strcmp(text, "touch") != 0) {
        return refuse(err, err_size,
            "face \"%s\": inner_rule is neither "
            "touch nor shot-out",
            face->name);
    }

    /* 0 or missing: not known. */
    if (cJSON_GetObjectItemCaseSensitive(json, "card_mm") != NULL
        && !get_number(json, "card_mm", 0, DIAMETER_MAX_MM, &face->card_mm))
    {
        return refuse(
            err, err_size, "face \"%s\": card_mm is absurd", face->name);
    }

    if (!get_text(json, "decimal", text, sizeof(text))) {
        text[0] = '\0';
    }
    for (i = 0; i < sizeof(decimals) / sizeof(decimals[0]); i++) {
        if (strcmp(text, decimals[i]) == 0) {
            face->decimal = (gms_decimal_e) i;
            return GMS_OK;
        }
    }

    return refuse(err, err_size,
        "face \"%s\": decimal is none of none, linear, two-part", face->name);
}


int
gms_face_from_json(
    gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    int rc;

    memset(face, 0, sizeof(*face));

    if (!cJSON_IsObject(json)) {
        return refuse(err, err_size, "a face is no JSON object");
    }
    if (!get_text(json, "name", face->name, sizeof(face->name))) {
        return refuse(err, err_size, "a face has no name of 1 to %d bytes",
            GMS_FACE_NAME_SIZE - 1);
    }
    if (!get_text(json, "title", face->title, sizeof(face->title))) {
        return refuse(err, err_size,
            "face \"%s\" has no title of 1 to %d bytes", face->name,
            GMS_FACE_TITLE_SIZE - 1);
    }

    rc = read_rings(face, json, err, err_size);
    if (rc == GMS_OK) {
        rc = read_rules(face, json, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = read_gauges(face, json, err, err_size);
    }

    return rc;
}


static bool
add_pair(
    cJSON *list, const char *a, double a_value, const char *b, double b_value)
{
    cJSON *item = cJSON_CreateObject();

    if (item == NULL || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        return false;
    }

    return cJSON_AddNumberToObject(item, a, a_value) != NULL
        && cJSON_AddNumberToObject(item, b, b_value) != NULL;
}


cJSON *
gms_face_to_json(const gms_face_t *face)
{
    bool   ok;
    cJSON *json = cJSON_CreateObject(), *list;

    ok = cJSON_AddStringToObject(json, "name", face->name) != NULL
        && cJSON_AddStringToObject(json, "title", face->title) != NULL;

    list = cJSON_AddArrayToObject(json, "rings");
    for (int i = 0; ok && i < face->rings; i++) {
        ok = add_pair(list, "value", face->ring[i].value, "diameter_mm",
            face->ring[i].diameter_mm);
    }

    ok = ok && cJSON_AddNumberToObject(json, "black_mm", face->black_mm)
        && cJSON_AddNumberToObject(json, "inner_mm", face->inner_mm)
        && cJSON_AddStringToObject(
            json, "inner_rule", face->inner_shot_out ? "shot-out" : "touch");

    list = cJSON_AddArrayToObject(json, "gauges");
    for (int i = 0; ok && i < face->gauges; i++) {
        ok = add_pair(list, "gauge_mm", face->gauge[i].gauge_mm, "above_mm",
            face->gauge[i].above_mm);
    }

    ok = ok && cJSON_AddStringToObject(json, "decimal", decimals[face->decimal])
        && cJSON_AddNumberToObject(json, "card_mm", face->card_mm);

    if (!ok) {
        cJSON_Delete(json);
        return NULL;
    }

    return json;
}


double
gms_face_gauge_mm(const gms_face_t *face, double caliber_mm)
{
    double above_mm = -1, gauge_mm = 0;

    for (int i = 0; i < face->gauges; i++) {
        if (face->gauge[i].above_mm > above_mm
            && (face->gauge[i].above_mm == 0
                || face->gauge[i].above_mm < caliber_mm))
        {
            above_mm = face->gauge[i].above_mm;
            gauge_mm = face->gauge[i].gauge_mm;
        }
    }

    return gauge_mm;
}


double
gms_face_radius_mm(const gms_face_t *face)
{
    return face->rings > 0 ? face->ring[face->rings - 1].diameter_mm / 2 : 0;
}
