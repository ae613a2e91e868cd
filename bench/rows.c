/* bench_rows: see rows.h. */

#include <stdarg.h>
#include <string.h>

#include "rows.h"
#include "worker/capture/scenery.h"

#define WIDTH 1280
#define HEIGHT 720

/* Time to learn, and from shot to shot. */
#define FIRST "first=4"
#define PACE "interval=1.6 jitter=0.5 series=0"

/* Goals by group. */
#define STEADY                                                                 \
    .group = "steady", .recall = 0.995, .precision = 0.995, .error = 1
#define WIND .group = "wind", .recall = 0.995, .precision = 0.995, .error = 3
#define IP .group = "ip", .recall = 0.98, .precision = 0.99, .error = 6
#define STILLS .group = "stills", .recall = 0.98, .precision = 0.99, .error = 3
#define TURNING .group = "turning", .recall = 0.97, .precision = 0.99
#define PAIRS .group = "pairs", .precision = 0.995

#define IP_CAMERA "bend=2 tears=ragged sharpen=1.5 clock=1 "
#define IP_DRAWN (BENCH_ROW_DRAWN | BENCH_ROW_OLD)
#define STILL "uneven=0.5 repeat=0.2 together=3 interval=3 jitter=0.5 series=0 "
#define EDGE "shown=3 away=7 "

/* clang-format off */
const bench_row_t bench_rows[] = {
    { "clean", STEADY, .options = "" },
    { "flicker", STEADY, .options = "flicker=0.05" },
    { "drift", STEADY, .options = "drift=0.25 step=0.15" },
    { "shake", STEADY, .options = "shake=0.7" },
    { "recoil", STEADY, .options = "recoil=2" },
    { "sway", WIND, .options = "sway=2" },
    { "shadow", STEADY, .options = "shadow=0.45" },
    { "hand", STEADY, .options = "hand=12" },
    { "defocus", STEADY, .options = "blur=2" },
    { "grey", STEADY, .options = "backer=grey" },
    { "white", STEADY, .options = "backer=white" },
    { "dark", STEADY, .options = "backer=dark vignette=0.4" },

    { "ip-0.5M", IP, .options = IP_CAMERA, .mbit = 0.5, .flags = IP_DRAWN },
    { "ip-1M", IP, .options = IP_CAMERA, .mbit = 1, .flags = IP_DRAWN },
    { "ip-2M", IP, .options = IP_CAMERA, .mbit = 2, .flags = IP_DRAWN },

    { "stills-1", STILLS, .options = STILL "first=12", .fps = 1 },
    { "stills-2", STILLS, .options = STILL "first=8", .fps = 2 },
    { "stills-5", STILLS, .options = STILL "first=5", .fps = 5 },

    { "turning-1", TURNING, .options = EDGE, .fps = 1 },
    { "turning-5", TURNING, .options = EDGE, .fps = 5 },
    { "turning-15", TURNING, .options = EDGE, .fps = 15 },

    { "noisy", .group = "noisy", .recall = 0.97, .precision = 0.995,
      .options = "noise=2.5 quality=60" },
    { "everything", .group = "all", .recall = 0.97, .precision = 0.99,
      .options = "flicker=0.03 drift=0.15 shake=0.5 recoil=1.5 sway=1 "
                 "shadow=0.35 noise=1.6 quality=78 blur=1 tilt=14 "
                 "vignette=0.25 insects=1" },
    { "insects", .group = "insects", .recall = 0.99, .precision = 0.97,
      .options = "insects=4" },
    { "insects-5", .group = "insects", .recall = 0.99, .precision = 0.97,
      .options = "insects=4", .fps = 5 },
    { "insects-2", .group = "insects", .recall = 0.99, .precision = 0.97,
      .options = "insects=4 interval=3 jitter=0.5 series=0 first=8", .fps = 2 },

    { "pair-0", PAIRS, .options = "overlap=0.05 pairs=0.01" },
    { "pair-50", PAIRS, .options = "overlap=0.05 pairs=0.5" },
    { "pair-70", PAIRS, .options = "overlap=0.05 pairs=0.7" },
    { "pair-80", PAIRS, .options = "overlap=0.05 pairs=0.8" },
    { "pair-85", PAIRS, .options = "overlap=0.05 pairs=0.85" },
    { "pair-90", PAIRS, .options = "overlap=0.05 pairs=0.9" },
    { "pair-95", PAIRS, .options = "overlap=0.05 pairs=0.95" },

    { "small", .group = "small", .recall = 0.98, .precision = 0.995,
      .options = "", .flags = BENCH_ROW_SMALL },
    { "vga", STEADY, .options = "", .width = 640, .height = 480,
      .flags = BENCH_ROW_ONE_FACE },
    { "1080p", STEADY, .options = "", .width = 1920, .height = 1080 },
    { "tilted", STEADY, .options = "tilt=30 fill=0.8" },
    { "turned", STEADY, .options = "", .flags = BENCH_ROW_TURNED },
    { .name = NULL },
};
/* clang-format on */

/* Faces and calibers, and the share of the picture's height that the card
 * fills; D is what that makes of the caliber at 720 rows. */
typedef struct {
    const char *target;
    double      caliber_mm;
    double      fill;
    double      D_px;
    double      outer_mm; /* radius of the outermost ring */
    bool        small;
} face_t;

static const face_t faces[] = {
    { "issf-10m-air-pistol", 4.5, 0.88, 16.8, 77.75, false },
    { "issf-50m-rifle", 5.6, 0.88, 14.2, 77.2, false },
    { "issf-25m-precision-pistol", 9.65, 1.04, 13.1, 250, false },
    { "issf-10m-air-pistol", 4.5, 0.88, 16.8, 77.75, false },
    { "issf-10m-air-rifle", 4.5, 0.88, 35.6, 22.75, false },
    { "issf-25m-rapid-fire-pistol", 9.65, 1.04, 13.1, 250, false },
    { "danish-m2000-15m", 5.6, 0.88, 12.1, 120, false },
    { "danish-m2000-15m", 9.65, 0.88, 20.9, 120, false },
    { "issf-25m-precision-pistol", 5.6, 1.0, 7.3, 250, true },
    { "issf-10m-air-pistol", 4.5, 0.4, 7.6, 77.75, true },
    { "issf-25m-precision-pistol", 9.65, 0.62, 7.8, 250, true },
    { "issf-50m-rifle", 5.6, 0.4, 6.5, 77.2, true },
};

#define FACES ((int) (sizeof(faces) / sizeof(faces[0])))

#define D_LEAST 12.0

/* Shots after those that count. */
#define EXTRA 2

/* Every other card is shot at so widely that most holes lie on paper; the
 * others by the club's shooter, mostly into the black. */
#define SIGMA_WIDE 0.38

/* Of the scenes whose conditions are drawn, so many have each of them. */
#define DRAWN_SHARE 0.3


const bench_row_t *
bench_row_find(const char *name)
{
    for (const bench_row_t *row = bench_rows; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }

    return NULL;
}


/* A name as a number, so that rows of one seed differ (FNV-1a). */
static uint64_t
number_of(const char *name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *name != '\0'; name++) {
        h = (h ^ (uint8_t) *name) * UINT64_C(0x100000001b3);
    }

    return h;
}


static bool
face_fits(const bench_row_t *row, const face_t *face, const char *target,
    double caliber_mm)
{
    int  height = row->height != 0 ? row->height : HEIGHT;
    bool small = (row->flags & BENCH_ROW_SMALL) != 0;

    if (target != NULL && strcmp(target, face->target) != 0) {
        return false;
    }

    /* floating point: both are the same literal or the user's own number */
    if (caliber_mm > 0
        && (face->caliber_mm < caliber_mm || face->caliber_mm > caliber_mm))
    {
        return false;
    }

    if ((row->flags & BENCH_ROW_ONE_FACE) != 0) {
        return face == &faces[0];
    }

    return face->small == small
        && (small || face->D_px * height / HEIGHT >= D_LEAST);
}


static const face_t *
choose_face(
    const bench_row_t *row, int k, const char *target, double caliber_mm)
{
    int n = 0;

    for (int i = 0; i < FACES; i++) {
        n += face_fits(row, &faces[i], target, caliber_mm);
    }

    for (int i = 0; n > 0 && i < FACES; i++) {
        if (face_fits(row, &faces[i], target, caliber_mm) && k-- % n == 0) {
            return &faces[i];
        }
    }

    return NULL;
}


static void __attribute__((format(printf, 2, 3)))
add(bench_scene_t *scene, const char *format, ...)
{
    va_list args;
    size_t  used = strlen(scene->camera);

    va_start(args, format);
    vsnprintf(scene->camera + used, sizeof(scene->camera) - used, format, args);
    va_end(args);
}


/* One of the conditions of the other rows. */
static void
draw_one(bench_scene_t *scene, uint64_t key, const char *name, double most)
{
    if (gms_scenery_uniform(key, 0) < DRAWN_SHARE) {
        add(scene, " %s=%.3g", name,
            most * (0.3 + 0.7 * gms_scenery_uniform(key, 1)));
    }
}


static void
draw(bench_scene_t *scene, uint64_t key)
{
    static const char *const backer[] = { "dark", "grey", "white" };
    static const struct {
        const char *name;
        double      most;
    } drawn[] = { { "flicker", 0.05 }, { "drift", 0.25 }, { "step", 0.15 },
        { "shake", 0.7 }, { "recoil", 2 }, { "sway", 2 }, { "shadow", 0.45 },
        { "blur", 2 } };

    for (uint64_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++) {
        draw_one(
            scene, gms_scenery_hash(key, 10 + i), drawn[i].name, drawn[i].most);
    }
    if (gms_scenery_uniform(key, 2) < DRAWN_SHARE) {
        add(scene, " hand=12");
    }
    add(scene, " backer=%s", backer[gms_scenery_hash(key, 3) % 3]);
}


/* What a camera adds beside the row's own words. */
static void
camera_of(const bench_row_t *row, uint64_t key, bench_scene_t *scene)
{
    if ((row->flags & BENCH_ROW_DRAWN) != 0) {
        draw(scene, key);
    }
    if ((row->flags & BENCH_ROW_OLD) != 0) {
        add(scene, " old=%d", 5 + (int) (gms_scenery_hash(key, 4) % 16));
    }
    if ((row->flags & BENCH_ROW_TURNED) != 0) {
        int way = 1 + (int) (gms_scenery_hash(key, 1) % 7);

        scene->rotate = 90 * (way % 4);
        scene->mirror = way >= 4;
        scene->quality = 85;
    }
    if (row->mbit > 0) {
        scene->mbit = row->mbit;
        scene->key_s = 1 + (int) (gms_scenery_hash(key, 5) % 2);
        scene->quality = 85;
    }
}


bool
bench_row_scene(const bench_row_t *row, uint64_t seed, int shots,
    const char *target, double caliber_mm, bench_scene_t *scene)
{
    int           k = (int) (seed % 1000000);
    uint64_t      key = seed * 1000 + number_of(row->name) % 1000;
    double        fps = row->fps > 0 ? row->fps : k % 3 == 2 ? 30 : 15;
    const face_t *face = choose_face(row, k, target, caliber_mm);

    if (face == NULL) {
        return false;
    }

    memset(scene, 0, sizeof(*scene));
    scene->seed = seed;
    scene->target = face->target;
    scene->caliber_mm = face->caliber_mm;

    scene->counted = shots;
    add(scene, "simulate: seed=%llu shots=%d fps=%g size=%dx%d",
        (unsigned long long) key, shots + EXTRA, fps,
        row->width != 0 ? row->width : WIDTH,
        row->height != 0 ? row->height : HEIGHT);
    if (strstr(row->options, "fill=") == NULL) {
        add(scene, " fill=%g", face->fill);
    }
    if (strstr(row->options, "interval=") == NULL) {
        add(scene, " " PACE);
    }
    if (strstr(row->options, "first=") == NULL) {
        add(scene, " " FIRST);
    }
    if (k % 2 == 0) {
        add(scene, " sigma=%g", SIGMA_WIDE * face->outer_mm);
    }
    add(scene, " %s", row->options);

    camera_of(row, gms_scenery_hash(key, 7), scene);

    return true;
}
