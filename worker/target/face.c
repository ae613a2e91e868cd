/* gms_face: see face.h. */

#include "face.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "reason.h"

/* The largest printed ring of any discipline is 1.6 m wide. */
#define DIAMETER_MAX_MM 5000.0
#define PLACE_MAX_MM 5000.0
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


/* The name of a zone or a bull. */
static bool
get_label(const cJSON *json, char label[GMS_FACE_LABEL_SIZE])
{
    return get_text(json, "name", label, GMS_FACE_LABEL_SIZE)
        && label[strspn(label,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789_-")]
        == '\0';
}


/* False when it is missing, or no true or false. */
static bool
get_bool(const cJSON *json, const char *key, bool *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    *value = cJSON_IsTrue(item);

    return cJSON_IsBool(item);
}


/* [x, y] */
static bool
get_place(const cJSON *json, double *x_mm, double *y_mm)
{
    const cJSON *x = cJSON_GetArrayItem(json, 0);
    const cJSON *y = cJSON_GetArrayItem(json, 1);

    if (cJSON_GetArraySize(json) != 2 || !cJSON_IsNumber(x)
        || !cJSON_IsNumber(y) || !(fabs(x->valuedouble) <= PLACE_MAX_MM)
        || !(fabs(y->valuedouble) <= PLACE_MAX_MM))
    {
        return false;
    }

    *x_mm = x->valuedouble;
    *y_mm = y->valuedouble;

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

    if ((face->rings > 0) == (face->zones > 0)
        || (face->bulls > 0 && face->zones > 0))
    {
        return refuse(err, err_size,
            "face \"%s\" has no rings, or zones beside rings or bulls",
            face->name);
    }

    return GMS_OK;
}


static bool
get_zone(gms_face_zone_t *zone, const cJSON *json)
{
    double       points, x_mm, y_mm;
    const cJSON *list, *item;

    list = cJSON_GetObjectItemCaseSensitive(json, "corners_mm");

    if (!get_label(json, zone->name)
        || !get_number(json, "points", 1, 10, &points)
        || points != floor(points) || !get_bool(json, "inner", &zone->inner)
        || cJSON_GetArraySize(list) < 3
        || cJSON_GetArraySize(list) > GMS_FACE_CORNERS_MAX)
    {
        return false;
    }

    zone->points = (uint8_t) points;

    cJSON_ArrayForEach(item, list)
    {
        if (!get_place(item, &x_mm, &y_mm)) {
            return false;
        }
        zone->corner_um[zone->corners][0] = (int32_t) lround(x_mm * 1000);
        zone->corner_um[zone->corners][1] = (int32_t) lround(y_mm * 1000);
        zone->corners++;
    }

    return true;
}


static int
read_zones(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    const cJSON *list, *item;

    list = cJSON_GetObjectItemCaseSensitive(json, "zones");

    cJSON_ArrayForEach(item, list)
    {
        if (face->zones == GMS_FACE_ZONES_MAX) {
            return refuse(err, err_size, "face \"%s\": more than %d zones",
                face->name, GMS_FACE_ZONES_MAX);
        }
        if (!get_zone(&face->zone[face->zones], item)) {
            return refuse(err, err_size,
                "face \"%s\": zone %d of the list has no sound name, points "
                "(1 to 10), inner or corners_mm (3 to %d places)",
                face->name, face->zones + 1, GMS_FACE_CORNERS_MAX);
        }
        face->zones++;
    }

    return GMS_OK;
}


static int
read_bulls(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    const cJSON     *list, *item;
    gms_face_bull_t *bull;

    list = cJSON_GetObjectItemCaseSensitive(json, "bulls");

    cJSON_ArrayForEach(item, list)
    {
        if (face->bulls == GMS_FACE_BULLS_MAX) {
            return refuse(err, err_size, "face \"%s\": more than %d bulls",
                face->name, GMS_FACE_BULLS_MAX);
        }

        bull = &face->bull[face->bulls];
        if (!get_label(item, bull->name)
            || !get_place(cJSON_GetObjectItemCaseSensitive(item, "at_mm"),
                &bull->x_mm, &bull->y_mm)
            || !get_bool(item, "sighter", &bull->sighter))
        {
            return refuse(err, err_size,
                "face \"%s\": bull %d of the list has no sound name, at_mm or "
                "sighter",
                face->name, face->bulls + 1);
        }
        face->bulls++;
    }

    return GMS_OK;
}


/* Missing where all faces were found by the camera. */
static int
read_scoring(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    char text[16];

    if (cJSON_GetObjectItemCaseSensitive(json, "scoring") == NULL) {
        text[0] = '\0';
    } else if (!get_text(json, "scoring", text, sizeof(text))
        || (strcmp(text, "camera") != 0 && strcmp(text, "by-hand") != 0))
    {
        return refuse(err, err_size,
            "face \"%s\": scoring is neither camera nor by-hand", face->name);
    }
    face->by_hand = strcmp(text, "by-hand") == 0;

    if (!face->by_hand && (face->zones > 0 || face->bulls > 0)) {
        return refuse(err, err_size,
            "face \"%s\": zones and bulls are scored by hand alone",
            face->name);
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


/* Missing in old journals: then tenths count where there are any. */
static int
read_count(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    char text[16];

    if (cJSON_GetObjectItemCaseSensitive(json, "count") == NULL) {
        face->tenths = face->decimal != GMS_DECIMAL_NONE;
        return GMS_OK;
    }

    if (!get_text(json, "count", text, sizeof(text))
        || (strcmp(text, "integer") != 0 && strcmp(text, "decimal") != 0))
    {
        return refuse(err, err_size,
            "face \"%s\": count is neither integer nor decimal", face->name);
    }
    face->tenths = strcmp(text, "decimal") == 0;

    return GMS_OK;
}


static int
read_decimal(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    size_t i;
    char   text[16];

    if (!get_text(json, "decimal", text, sizeof(text))) {
        text[0] = '\0';
    }
    for (i = 0; i < sizeof(decimals) / sizeof(decimals[0]); i++) {
        if (strcmp(text, decimals[i]) == 0) {
            face->decimal = (gms_decimal_e) i;
            return read_count(face, json, err, err_size);
        }
    }

    return refuse(err, err_size,
        "face \"%s\": decimal is none of none, linear, two-part", face->name);
}


static int
read_rules(gms_face_t *face, const cJSON *json, char *err, size_t err_size)
{
    char   text[16];
    double inner_max_mm = face->rings > 0 ? face->ring[0].diameter_mm : 0;

    if (!get_number(json, "black_mm", 0, DIAMETER_MAX_MM, &face->black_mm)) {
        return refuse(err, err_size,
            "face \"%s\": black_mm is missing or "
            "absurd",
            face->name);
    }

    if (!get_number(json, "inner_mm", 0, inner_max_mm, &face->inner_mm)
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

    return read_decimal(face, json, err, err_size);
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

    rc = read_zones(face, json, err, err_size);
    if (rc == GMS_OK) {
        rc = read_bulls(face, json, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = read_scoring(face, json, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = read_rings(face, json, err, err_size);
    }
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


static bool
add_place(cJSON *list, double x_mm, double y_mm)
{
    const double place[2] = { x_mm, y_mm };
    cJSON       *item = cJSON_CreateDoubleArray(place, 2);

    if (item == NULL || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        return false;
    }

    return true;
}


static bool
add_zone(cJSON *list, const gms_face_zone_t *zone)
{
    cJSON *item = cJSON_CreateObject(), *corners;
    bool   ok;

    if (item == NULL || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        return false;
    }

    ok = cJSON_AddStringToObject(item, "name", zone->name) != NULL
        && cJSON_AddNumberToObject(item, "points", zone->points) != NULL
        && cJSON_AddBoolToObject(item, "inner", zone->inner) != NULL;

    corners = cJSON_AddArrayToObject(item, "corners_mm");
    for (int i = 0; ok && i < zone->corners; i++) {
        ok = add_place(
            corners, zone->corner_um[i][0] / 1e3, zone->corner_um[i][1] / 1e3);
    }

    return ok && corners != NULL;
}


static bool
add_bull(cJSON *list, const gms_face_bull_t *bull)
{
    const double at[2] = { bull->x_mm, bull->y_mm };
    cJSON       *item = cJSON_CreateObject(), *place;

    if (item == NULL || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        return false;
    }

    place = cJSON_CreateDoubleArray(at, 2);
    if (cJSON_AddStringToObject(item, "name", bull->name) == NULL
        || !cJSON_AddItemToObject(item, "at_mm", place))
    {
        cJSON_Delete(place);
        return false;
    }

    return cJSON_AddBoolToObject(item, "sighter", bull->sighter) != NULL;
}


/* How it is scored, its zones and its bulls. */
static bool
add_shape(cJSON *json, const gms_face_t *face)
{
    cJSON *list;
    bool   ok;

    ok = cJSON_AddStringToObject(
             json, "scoring", face->by_hand ? "by-hand" : "camera")
        != NULL;

    list = cJSON_AddArrayToObject(json, "zones");
    ok = ok && list != NULL;
    for (int i = 0; ok && i < face->zones; i++) {
        ok = add_zone(list, &face->zone[i]);
    }

    list = cJSON_AddArrayToObject(json, "bulls");
    ok = ok && list != NULL;
    for (int i = 0; ok && i < face->bulls; i++) {
        ok = add_bull(list, &face->bull[i]);
    }

    return ok;
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
        && cJSON_AddStringToObject(
            json, "count", face->tenths ? "decimal" : "integer")
        && cJSON_AddNumberToObject(json, "card_mm", face->card_mm)
        && add_shape(json, face);

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
    double                 radius_mm = 0;
    const gms_face_zone_t *zone;

    if (face->rings > 0) {
        return face->ring[face->rings - 1].diameter_mm / 2;
    }

    for (int i = 0; i < face->zones; i++) {
        zone = &face->zone[i];
        for (int k = 0; k < zone->corners; k++) {
            radius_mm = fmax(radius_mm,
                hypot(zone->corner_um[k][0], zone->corner_um[k][1]) / 1e3);
        }
    }

    return radius_mm;
}


const gms_face_bull_t *
gms_face_bull(const gms_face_t *face, double x_mm, double y_mm)
{
    const gms_face_bull_t *nearest = NULL;
    double                 r_mm, nearest_mm = INFINITY;

    for (int i = 0; i < face->bulls; i++) {
        r_mm = hypot(x_mm - face->bull[i].x_mm, y_mm - face->bull[i].y_mm);
        if (r_mm < nearest_mm) {
            nearest_mm = r_mm;
            nearest = &face->bull[i];
        }
    }

    return nearest;
}
