#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/jsontree.h"
#include "config.h"

/* The text is bounded by the link already; a file is not. */
#define GMS_CONFIG_FILE_MAX (8 * 1024 * 1024)
#define GMS_CONFIG_FILE "config.json"


static const char *
config_string(const cJSON *object, const char *key)
{
    const char *s;

    s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return s != NULL ? s : "";
}


static double
config_number(const cJSON *object, const char *key)
{
    const cJSON *item;

    item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}


static const cJSON *
config_find_face(const cJSON *targets, const char *name)
{
    const cJSON *face;

    cJSON_ArrayForEach(face, targets)
    {
        if (strcmp(config_string(face, "name"), name) == 0) {
            return face;
        }
    }

    return NULL;
}


static int
config_camera(
    gms_lane_config_t *lane, const cJSON *words, char *err, size_t err_size)
{
    const cJSON *word;
    const char  *argv[GMS_CAMERA_OPTIONS_MAX];
    int          argc, rc;

    argc = 0;

    cJSON_ArrayForEach(word, words)
    {
        if (argc == GMS_CAMERA_OPTIONS_MAX || !cJSON_IsString(word)) {
            snprintf(err, err_size, "lane %s: camera is not a list of words",
                lane->name);
            return GMS_EINVALID;
        }

        argv[argc++] = word->valuestring;
    }

    rc = gms_camera_parse(&lane->camera, argc, argv, NULL, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    lane->view.rotate = lane->camera.rotate;
    lane->view.mirror = lane->camera.mirror;
    lane->view.has_region = lane->camera.has_region;
    memcpy(lane->view.region, lane->camera.region, sizeof(lane->view.region));

    return GMS_OK;
}


static int
config_faces(gms_lane_config_t *lane, const cJSON *json, const cJSON *targets,
    char *err, size_t err_size)
{
    const cJSON *name, *face;
    bool         found;
    int          rc;

    found = false;

    cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(json, "targets"))
    {
        face = cJSON_IsString(name)
            ? config_find_face(targets, name->valuestring)
            : NULL;

        if (face == NULL || lane->faces == GMS_LANE_FACES_MAX) {
            snprintf(err, err_size,
                face == NULL ? "lane %s: a target is not defined"
                             : "lane %s: more than %d targets",
                lane->name, GMS_LANE_FACES_MAX);
            return GMS_EINVALID;
        }

        rc = gms_face_from_json(&lane->face[lane->faces], face, err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }

        if (strcmp(name->valuestring, config_string(json, "target")) == 0) {
            lane->default_face = lane->faces;
            found = true;
        }

        lane->faces++;
    }

    if (!found) {
        snprintf(err, err_size, "lane %s: target is not among its targets",
            lane->name);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


static int
config_calibers(
    gms_lane_config_t *lane, const cJSON *json, char *err, size_t err_size)
{
    const cJSON *caliber;

    lane->default_caliber_mm = config_number(json, "caliber_mm");

    cJSON_ArrayForEach(
        caliber, cJSON_GetObjectItemCaseSensitive(json, "calibers_mm"))
    {
        if (lane->calibers == GMS_LANE_CALIBERS_MAX || !cJSON_IsNumber(caliber)
            || !(caliber->valuedouble > 0))
        {
            snprintf(
                err, err_size, "lane %s: bad list of calibers", lane->name);
            return GMS_EINVALID;
        }

        lane->caliber_mm[lane->calibers++] = caliber->valuedouble;
    }

    if (lane->calibers == 0 || !(lane->default_caliber_mm > 0)) {
        snprintf(err, err_size, "lane %s: no caliber", lane->name);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


/* What a text from before there were rounds does not say is usual. */
static void
config_rounds(gms_lane_config_t *lane, const cJSON *json)
{
    gms_rounds_rule_t *rule = &lane->rounds;

    *rule = gms_rounds_usual;

    if (!cJSON_IsObject(json)) {
        return;
    }

    rule->by_hand = strcmp(config_string(json, "mode"), "manual") == 0;
    rule->alpha = config_number(json, "alpha");
    rule->high = config_number(json, "high");
    rule->low = config_number(json, "low");
    rule->floor_s = config_number(json, "floor_s");
    rule->shots = (int) config_number(json, "shots");

    if (cJSON_GetObjectItemCaseSensitive(json, "stop_s") != NULL) {
        rule->stop_s = config_number(json, "stop_s");
    }
}


/* A text from before sessions ended by themselves does not say when. */
static double
config_idle(const cJSON *json)
{
    return cJSON_GetObjectItemCaseSensitive(json, "idle_s") != NULL
        ? config_number(json, "idle_s")
        : GMS_CONFIG_IDLE_S;
}


/* A text from before films were kept does not say how many. */
static void
config_evidence(gms_lane_config_t *lane, const cJSON *json)
{
    bool said = cJSON_IsObject(json);

    lane->reel_bytes =
        (int64_t) (1e6 * (said ? config_number(json, "memory_mb") : 32));
    lane->films_bytes =
        (int64_t) (1e6 * (said ? config_number(json, "disk_mb") : 2000));
    lane->films_age_ns =
        (int64_t) (86400e9 * (said ? config_number(json, "keep_d") : 30));
}


/* Has the lane a target of the course?  One that names none is for any. */
static bool
config_offers(const gms_lane_config_t *lane, const cJSON *targets)
{
    const cJSON *name;
    unsigned     i;

    cJSON_ArrayForEach(name, targets)
    {
        for (i = 0; cJSON_IsString(name) && i < lane->faces; i++) {
            if (strcmp(lane->face[i].name, name->valuestring) == 0) {
                return true;
            }
        }
    }

    return cJSON_GetArraySize(targets) == 0;
}


static int
config_courses(
    gms_lane_config_t *lane, const cJSON *courses, char *err, size_t err_size)
{
    const cJSON *json, *targets;
    int          n, rc;

    n = cJSON_GetArraySize(courses);

    if (n > GMS_CONFIG_COURSES_MAX) {
        snprintf(err, err_size, "more than %d courses", GMS_CONFIG_COURSES_MAX);
        return GMS_EINVALID;
    }

    lane->course = calloc(n > 0 ? (size_t) n : 1, sizeof(*lane->course));
    if (lane->course == NULL) {
        return GMS_ENOMEM;
    }

    lane->targets = cJSON_CreateArray();

    cJSON_ArrayForEach(json, courses)
    {
        rc = gms_course_from_json(
            &lane->course[lane->courses], json, err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }

        targets = cJSON_GetObjectItemCaseSensitive(json, "targets");
        lane->offered[lane->courses++] = config_offers(lane, targets);
        if (!gms_jsontree_add(lane->targets, NULL,
                cJSON_IsArray(targets) ? cJSON_Duplicate(targets, 1)
                                       : cJSON_CreateArray()))
        {
            return GMS_ENOMEM;
        }
    }

    return GMS_OK;
}


/* The lane's own members, the faces and courses it may use: when this text
 * is equal, nothing that concerns the lane has changed. */
static char *
config_lane_text(const gms_lane_config_t *lane, const cJSON *json)
{
    cJSON   *copy, *faces, *courses, *course;
    unsigned i;
    char    *text;

    copy = cJSON_Duplicate(json, 1);
    faces = cJSON_AddArrayToObject(copy, "faces");

    for (i = 0; i < lane->faces; i++) {
        cJSON_AddItemToArray(faces, gms_face_to_json(&lane->face[i]));
    }

    courses = cJSON_AddArrayToObject(copy, "courses");

    for (i = 0; i < lane->courses; i++) {
        course = gms_course_to_json(&lane->course[i]);
        cJSON_AddBoolToObject(course, "offered", lane->offered[i]);
        cJSON_AddItemReferenceToObject(
            course, "targets", cJSON_GetArrayItem(lane->targets, (int) i));
        cJSON_AddItemToArray(courses, course);
    }

    text = cJSON_PrintUnformatted(copy);
    cJSON_Delete(copy);

    return text;
}


/* root is the whole text. */
static int
config_lane(gms_config_t *config, const cJSON *json, const cJSON *root,
    char *err, size_t err_size)
{
    gms_lane_config_t *lane;
    const char        *name, *detector;
    int                rc;

    lane = &config->lane[config->lanes];
    name = config_string(json, "name");
    detector = config_string(json, "detector");

    /* The name becomes a folder of the state directory. */
    if (name[0] == '\0' || strlen(name) >= sizeof(lane->name)
        || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")
            != strlen(name)
        || gms_config_lane(config, name) != NULL)
    {
        snprintf(err, err_size, "bad or doubled lane name \"%.40s\"", name);
        return GMS_EINVALID;
    }

    if (strlen(detector) >= sizeof(lane->detector)) {
        snprintf(err, err_size, "lane %s: bad detector name", name);
        return GMS_EINVALID;
    }

    snprintf(lane->name, sizeof(lane->name), "%s", name);
    snprintf(
        lane->title, sizeof(lane->title), "%s", config_string(json, "title"));
    snprintf(lane->detector, sizeof(lane->detector), "%s", detector);
    lane->distance_m = config_number(json, "distance_m");
    config_rounds(lane, cJSON_GetObjectItemCaseSensitive(json, "rounds"));
    lane->idle_s = config_idle(json);
    config_evidence(lane, cJSON_GetObjectItemCaseSensitive(json, "evidence"));
    config->lanes++;

    rc = config_camera(
        lane, cJSON_GetObjectItemCaseSensitive(json, "camera"), err, err_size);
    if (rc == GMS_OK) {
        rc = config_faces(lane, json,
            cJSON_GetObjectItemCaseSensitive(root, "targets"), err, err_size);
    }
    if (rc == GMS_OK) {
        rc = config_calibers(lane, json, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = config_courses(lane,
            cJSON_GetObjectItemCaseSensitive(root, "courses"), err, err_size);
    }
    if (rc == GMS_OK) {
        lane->text = config_lane_text(lane, json);
        rc = lane->text != NULL ? GMS_OK : GMS_ENOMEM;
    }

    return rc;
}


/* One process looks through a camera for all its lanes. */
static int
config_shared(const gms_config_t *config, char *err, size_t err_size)
{
    unsigned i, k, n;

    for (i = 0; i < config->lanes; i++) {
        n = 0;

        for (k = 0; k <= i; k++) {
            n += gms_camera_same(
                &config->lane[k].camera, &config->lane[i].camera);
        }

        if (n > GMS_CAMERA_LANES_MAX) {
            snprintf(err, err_size,
                "lane %s: more than %d lanes look through one camera",
                config->lane[i].name, GMS_CAMERA_LANES_MAX);
            return GMS_EINVALID;
        }
    }

    return GMS_OK;
}


int
gms_config_parse(
    gms_config_t *config, const char *text, char *err, size_t err_size)
{
    cJSON       *root;
    const cJSON *lanes, *lane, *targets;
    int          n, rc;

    memset(config, 0, sizeof(*config));
    snprintf(err, err_size, "out of memory");

    root = cJSON_Parse(text);
    lanes = cJSON_GetObjectItemCaseSensitive(root, "lanes");
    targets = cJSON_GetObjectItemCaseSensitive(root, "targets");

    if (!cJSON_IsArray(lanes) || !cJSON_IsArray(targets)) {
        cJSON_Delete(root);
        snprintf(err, err_size,
            "the configuration is not valid JSON with "
            "lanes and targets");
        return GMS_EINVALID;
    }

    rc = GMS_OK;
    n = cJSON_GetArraySize(lanes);

    if (n > GMS_CONFIG_LANES_MAX) {
        snprintf(err, err_size, "%d lanes, at most %d are supported", n,
            GMS_CONFIG_LANES_MAX);
        rc = GMS_EINVALID;
    }

    if (rc == GMS_OK && n > 0) {
        config->lane = calloc((size_t) n, sizeof(*config->lane));
        rc = config->lane != NULL ? GMS_OK : GMS_ENOMEM;
    }

    if (rc == GMS_OK) {
        cJSON_ArrayForEach(lane, lanes)
        {
            rc = config_lane(config, lane, root, err, err_size);
            if (rc != GMS_OK) {
                break;
            }
        }
    }

    if (rc == GMS_OK) {
        rc = config_shared(config, err, err_size);
    }
    if (rc == GMS_OK) {
        config->text = strdup(text);
        rc = config->text != NULL ? GMS_OK : GMS_ENOMEM;
    }

    cJSON_Delete(root);

    if (rc != GMS_OK) {
        gms_config_free(config);
    }

    return rc;
}


void
gms_config_free(gms_config_t *config)
{
    unsigned i;

    for (i = 0; config->lane != NULL && i < config->lanes; i++) {
        free(config->lane[i].text);
        free(config->lane[i].course);
        cJSON_Delete(config->lane[i].targets);
    }

    free(config->lane);
    free(config->text);
    memset(config, 0, sizeof(*config));
}


const gms_lane_config_t *
gms_config_lane(const gms_config_t *config, const char *name)
{
    unsigned i;

    for (i = 0; i < config->lanes; i++) {
        if (strcmp(config->lane[i].name, name) == 0) {
            return &config->lane[i];
        }
    }

    return NULL;
}


/* First line: "<generation> <id> <boot id>", then the canonical text.  A
 * generation is a time since boot: that of another boot is older than any. */
int
gms_config_load(
    gms_config_t *config, const char *state_dir, char *err, size_t err_size)
{
    uint64_t generation, id;
    char     path[4096], boot[33], now[33], *text, *body;
    int      rc;

    memset(config, 0, sizeof(*config));
    snprintf(path, sizeof(path), "%s/%s", state_dir, GMS_CONFIG_FILE);

    errno = 0;
    text = gms_file_read(path, GMS_CONFIG_FILE_MAX);
    if (text == NULL) {
        return errno == ENOENT ? GMS_ENOTFOUND : GMS_ESYS;
    }

    body = strchr(text, '\n');

    if (body == NULL
        || sscanf(text, "%" SCNu64 " %" SCNx64 " %32s", &generation, &id, boot)
            != 3)
    {
        snprintf(err, err_size, "%s is not a stored configuration", path);
        free(text);
        return GMS_ECORRUPT;
    }

    rc = gms_config_parse(config, body + 1, err, err_size);
    free(text);

    if (rc != GMS_OK) {
        return GMS_ECORRUPT;
    }

    gms_clock_boot_id(now);
    config->generation = strcmp(boot, now) == 0 ? generation : 0;
    config->id = id;

    return GMS_OK;
}


int
gms_config_save(const gms_config_t *config, const char *state_dir)
{
    char path[4096], boot[33], *text;
    int  rc;

    snprintf(path, sizeof(path), "%s/%s", state_dir, GMS_CONFIG_FILE);
    gms_clock_boot_id(boot);

    if (asprintf(&text, "%" PRIu64 " %016" PRIx64 " %s\n%s", config->generation,
            config->id, boot[0] != '\0' ? boot : "-", config->text)
        == -1)
    {
        return GMS_ESYS;
    }

    rc = gms_file_replace(path, text);
    free(text);

    return rc;
}
