/* bench_rows: see rows.h. */

#include <stdarg.h>
#include <string.h>

#include "rows.h"
#include "worker/capture/scenery.h"

#define WIDTH 1280
#define HEIGHT 720

/* Time to learn, and from shot to shot.  Stills get more of it, so that most
 * pictures show one new hole at most. */
#define FIRST "first=4"
#define PACE "interval=1.6 jitter=0.5 series=0"

/* clang-format off */
const bench_row_t bench_rows[] = {
    /* name, group, options, recall, precision, error, fps, size, flags */
    { "clean", "steady", "", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "flicker", "steady", "flicker=0.05", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "drift", "steady", "drift=0.25 step=0.15", 0.995, 0.995, 1, 0, 0, 0,
        0 },
    { "shake", "steady", "shake=0.7", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "recoil", "steady", "recoil=2", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "sway", "wind", "sway=2", 0.995, 0.995, 3, 0, 0, 0, 0 },
    { "shadow", "steady", "shadow=0.45", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "hand", "steady", "hand=1", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "defocus", "steady", "blur=2", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "grey", "steady", "backer=grey", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "white", "steady", "backer=white", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "dark", "steady", "backer=dark vignette=0.3", 0.995, 0.995, 1, 0, 0, 0,
        0 },
    { "noisy", "noisy", "noise=2.5 quality=60", 0.97, 0.995, 0, 0, 0, 0, 0 },
    { "everything", "all", "flicker=0.03 drift=0.15 shake=0.5 sway=1 "
        "shadow=0.35 noise=1.6 quality=78 blur=1 tilt=14 vignette=0.25", 0.97,
        0.99, 0, 0, 0, 0, 0 },
    { "stills-5", "stills", "", 0.98, 0.99, 3, 5, 0, 0, 0 },
    { "stills-2", "stills", "", 0.98, 0.99, 3, 2, 0, 0, 0 },
    { "stills-1", "stills", "", 0.98, 0.99, 3, 1, 0, 0, 0 },
    { "vga", "sizes", "", 0.995, 0.995, 1, 0, 640, 480, BENCH_ROW_ONE_FACE },
    { "1080p", "sizes", "", 0.995, 0.995, 1, 0, 1920, 1080, 0 },
    { "small", "small", "", 0.98, 0.995, 0, 0, 0, 0, BENCH_ROW_SMALL },
    { "tilted", "views", "tilt=30 fill=0.8", 0.995, 0.995, 1, 0, 0, 0, 0 },
    { "turned", "views", "", 0.995, 0.995, 1, 0, 0, 0, BENCH_ROW_TURNED },
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

/* Every other card is shot at so widely that most holes lie on paper; the
 * others by the club's shooter, mostly into the black. */
#define SIGMA_WIDE 0.38


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


bool
bench_row_scene(const bench_row_t *row, uint64_t seed, int k, int shots,
    const char *target, double caliber_mm, bench_scene_t *scene)
{
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

    add(scene, "simulate: seed=%llu shots=%d fps=%g size=%dx%d",
        (unsigned long long) key, shots, fps,
        row->width != 0 ? row->width : WIDTH,
        row->height != 0 ? row->height : HEIGHT);
    if (strstr(row->options, "fill=") == NULL) {
        add(scene, " fill=%g", face->fill);
    }
    if (strstr(row->options, "interval=") == NULL) {
        add(scene, " " FIRST " " PACE);
    }
    if (k % 2 == 0) {
        add(scene, " sigma=%g", SIGMA_WIDE * face->outer_mm);
    }
    add(scene, " %s", row->options);

    if ((row->flags & BENCH_ROW_TURNED) != 0) {
        int way = 1 + (int) (gms_scenery_hash(key, 1) % 7);

        scene->rotate = 90 * (way % 4);
        scene->mirror = way >= 4;
        scene->quality = 85;
    }

    return true;
}
