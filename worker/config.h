/*
 * gms_config: the accepted configuration: canonical JSON of ipc/grammar.h,
 * validated again and turned into structs.  Owned by the supervisor; a lane
 * process inherits its part by fork.
 */

#ifndef GMS_CONFIG_H
#define GMS_CONFIG_H

#include <cjson/cJSON.h>

#include "../ipc/camera.h"
#include "../ipc/memory.h"
#include "target/calibration.h"
#include "session/course.h"
#include "session/rounds.h"
#include "target/face.h"

#define GMS_CONFIG_LANES_MAX 64
#define GMS_LANE_FACES_MAX 32
#define GMS_LANE_CALIBERS_MAX 16
#define GMS_CONFIG_COURSES_MAX 64
#define GMS_CONFIG_IDLE_S (4 * 3600.0) /* as in the grammar */

typedef struct {
    char              name[GMS_LANE_NAME_SIZE];
    char              title[96];
    gms_camera_t      camera;
    gms_view_t        view;
    unsigned          faces; /* those that a session may choose */
    gms_face_t        face[GMS_LANE_FACES_MAX];
    unsigned          default_face;
    unsigned          calibers;
    double            caliber_mm[GMS_LANE_CALIBERS_MAX];
    double            default_caliber_mm;
    double            distance_m; /* 0: not said */
    gms_rounds_rule_t rounds;
    double            idle_s;      /* a session untouched for so long ends */
    int64_t           reel_bytes;  /* of the camera's last pictures */
    int64_t           films_bytes; /* on disk, of shots as of complaints */
    int64_t           films_age_ns;
    unsigned          courses;
    gms_course_t     *course;                          /* owned */
    bool              offered[GMS_CONFIG_COURSES_MAX]; /* a session may choose
                                                          it */
    cJSON            *targets; /* of each course, names of faces; owned */
    char              detector[32];
    char             *text; /* canonical: what tells whether a lane changed */
} gms_lane_config_t;

typedef struct {
    unsigned           lanes;
    gms_lane_config_t *lane;
    char              *text; /* the whole canonical JSON */
    uint64_t           id;
    uint64_t           generation;
} gms_config_t;

/* Parses and validates; text is copied.  GMS_EINVALID, GMS_ENOMEM with a
 * sentence in err; *config is then empty. */
int gms_config_parse(
    gms_config_t *config, const char *text, char *err, size_t err_size);
void gms_config_free(gms_config_t *config);

/* NULL when there is none of that name. */
const gms_lane_config_t *gms_config_lane(
    const gms_config_t *config, const char *name);

/* The last accepted text with id and generation, kept in the state folder so
 * that the worker can start before nginx.  load: GMS_ENOTFOUND, GMS_ECORRUPT,
 * GMS_ESYS; save: GMS_ESYS. */
int gms_config_load(
    gms_config_t *config, const char *state_dir, char *err, size_t err_size);
int gms_config_save(const gms_config_t *config, const char *state_dir);

#endif /* GMS_CONFIG_H */
