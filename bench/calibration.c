/*
 * calibration [PICTURES [FIRST_SEED]]: how well cards of every face of the
 * library are found by their print alone, which way up, and found again after
 * the camera moved, in simulated pictures whose truth is known.
 *
 * Conditions are drawn by the seed: 640x480 to 1920x1080, 0 to 30 degrees of
 * tilt about any axis, blur, noise, sharpening, JPEG quality 25 to 90, old
 * holes, eight ways for the camera to hang.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "t/lib/seen.h"
#include "worker/target/orientation.h"
#include "worker/target/relocate.h"

#define PLACES 48
#define PICTURES_MAX 400

typedef struct {
    double v[PICTURES_MAX * PLACES];
    int    n;
} list_t;

typedef struct {
    int    pictures;
    int    found;
    int    wrong; /* beyond all doubt */
    int    upright;
    int    upside; /* proposed wrongly */
    list_t radial; /* of places on rings, calibers */
    list_t place;
    list_t scale; /* per cent */
    list_t residual;
    list_t ms;
    list_t again; /* found again: moved places, calibers */
    list_t again_ms;
    int    again_found;
    int    again_wrong;
} row_t;


static int
by_value(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


static double
quantile(list_t *l, double q)
{
    if (l->n == 0) {
        return -1;
    }
    qsort(l->v, (size_t) l->n, sizeof(l->v[0]), by_value);
    return l->v[(int) fmin(q * l->n, l->n - 1)];
}


static void
add(list_t *l, double v)
{
    if (l->n < PICTURES_MAX * PLACES) {
        l->v[l->n++] = v;
    }
}


static double
cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}


static double
draw(uint64_t *state, double low, double high)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double) (*state >> 33) / 2147483648.0;
}


static void
conditions(seen_t *s, const gms_face_t *face, int seed)
{
    static const int sizes[][2] = { { 640, 480 }, { 1280, 720 },
        { 1920, 1080 } };
    uint64_t         state = (uint64_t) seed * 7919 + 13;
    int size = (int) draw(&state, 0, 3), way = (int) draw(&state, 0, 8);

    memset(s, 0, sizeof(*s));
    s->face = face;
    s->width = sizes[size][0];
    s->height = sizes[size][1];
    s->seed = seed;
    s->fill = draw(&state, 0.7, 0.93);
    s->tilt = draw(&state, 0, 30);
    s->blur = draw(&state, 0.5, size == 0 ? 1.0 : 1.8);
    s->noise = draw(&state, 0.5, 4);
    s->sharpen = draw(&state, 0, 1) < 0.5 ? 0 : draw(&state, 0.5, 1.5);
    s->quality = draw(&state, 0, 1) < 0.3 ? 0 : (int) draw(&state, 25, 90);
    s->old = draw(&state, 0, 1) < 0.5 ? 0 : (int) draw(&state, 1, 12);
    s->view.rotate = way % 4 * 90;
    s->view.mirror = way >= 4;
}


/* Places on all rings; the errors of one picture, calibers. */
static double
compare(row_t *row, const gms_calibration_t *c, const double truth[9],
    const seen_t *s)
{
    double caliber = gms_face_gauge_mm(s->face, 4.5), worst = 0, scale = 0;

    for (int i = 0; i < PLACES; i++) {
        double r = s->face->ring[i % s->face->rings].diameter_mm / 2;
        double a = i * 2.399963, x, y, off; /* the golden angle */

        gms_homography_apply(truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(c, x, y, &x, &y);
        off = hypot(x, y) - r;
        add(&row->radial, fabs(off) / caliber);
        add(&row->place, hypot(x - r * cos(a), y - r * sin(a)) / caliber);
        worst = fmax(worst, fabs(off) / caliber);
        scale += off / r / PLACES;
    }
    add(&row->scale, fabs(scale) * 100);
    return worst;
}


static void
find(row_t *row, gms_calibration_t *c, gms_image_t *image, double truth[9],
    const seen_t *s, bool *ok)
{
    char              reason[256] = "";
    gms_view_t        unknown = { 0 };
    gms_orientation_t o;
    gms_calibration_t any;
    double            before, worst;
    int               rc;

    seen_render(image, truth, s);
    before = cpu_ms();
    rc = gms_calibrate(c, image, s->face, &s->view, reason, sizeof(reason));
    add(&row->ms, cpu_ms() - before);
    row->pictures++;
    *ok = rc == GMS_OK;
    if (!*ok) {
        printf("  %s, seed %d, %dx%d: %s\n", s->face->name, s->seed, s->width,
            s->height, reason);
        return;
    }
    row->found++;
    worst = compare(row, c, truth, s);
    row->wrong += worst > 0.25;
    add(&row->residual, c->residual_mm);
    if (gms_calibrate(&any, image, s->face, &unknown, reason, sizeof(reason))
            == GMS_OK
        && gms_orientation_propose(&o, image, &any, s->face) == GMS_OK)
    {
        row->upright +=
            o.rotate == s->view.rotate && o.mirror == s->view.mirror;
        row->upside += o.rotate != s->view.rotate || o.mirror != s->view.mirror;
    }
}


/* The camera is zoomed and nudged; where are the known places? */
static void
find_again(row_t *row, const gms_calibration_t *c, const gms_image_t *image,
    const double truth[9], const seen_t *s)
{
    gms_relocate_from_t from = { image, 0, 0, c, s->face };
    gms_relocated_t     out;
    gms_image_t         now;
    seen_t              moved = *s;
    uint64_t            state = (uint64_t) s->seed * 104729 + 7;
    char                reason[256] = "";
    double              is[9], before, worst = 0;
    double              caliber = gms_face_gauge_mm(s->face, 4.5);
    int                 rc;

    moved.zoom = draw(&state, 0.8, fmin(1.2, 0.97 / s->fill));
    moved.turn_deg = draw(&state, -5, 5);
    moved.shift_x = draw(&state, -0.01, 0.01) * s->width;
    moved.shift_y = draw(&state, -0.01, 0.01) * s->height;
    seen_render(&now, is, &moved);
    before = cpu_ms();
    rc = gms_relocate(&out, &from, &now, &s->view, reason, sizeof(reason));
    if (s->width == 1280) {
        add(&row->again_ms, cpu_ms() - before);
    }
    if (rc != GMS_OK) {
        printf("  %s, seed %d, again: %s\n", s->face->name, s->seed, reason);
    }
    gms_image_free(&now);
    if (rc != GMS_OK) {
        return;
    }
    row->again_found++;
    for (int i = 0; i < PLACES; i++) {
        double r = gms_face_radius_mm(s->face) * sqrt((i + 0.5) / PLACES);
        double a = i * 2.399963, x, y, p[2], off;

        gms_homography_apply(truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(c, x, y, &p[0], &p[1]);
        gms_homography_apply(is, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(&out.calibration, x, y, &x, &y);
        off = hypot(x - p[0], y - p[1]) / caliber;
        add(&row->again, off);
        worst = fmax(worst, off);
    }
    if (worst > 0.25) {
        row->again_wrong++;
        printf("  %s, seed %d, %dx%d, again: %.2f D off, way %d, match %.2f\n",
            s->face->name, s->seed, s->width, s->height, worst, out.way,
            out.match);
    }
}


static void
print_row(const char *name, row_t *r)
{
    printf("| %s | %d | %d | %d | %.4f / %.4f | %.4f | %.3f | %.3f | %d / %d "
           "| %.0f | %d / %d | %.4f / %.4f | %.0f |\n",
        name, r->pictures, r->found, r->wrong, quantile(&r->radial, 0.5),
        quantile(&r->radial, 0.95), quantile(&r->place, 0.95),
        quantile(&r->scale, 0.95), quantile(&r->residual, 0.5), r->upright,
        r->upside, quantile(&r->ms, 0.5), r->again_found, r->again_wrong,
        quantile(&r->again, 0.5), quantile(&r->again, 0.95),
        quantile(&r->again_ms, 0.5));
}


/* Every face in front of a camera that was told of another. */
static int
confuse(const gms_library_t *library, int seed)
{
    int taken = 0, tried = 0;

    for (int i = 0; i < library->faces; i++) {
        seen_t      s;
        gms_image_t image;
        double      truth[9];

        if (!(library->face[i].black_mm > 0)) {
            continue;
        }
        conditions(&s, &library->face[i], seed + i);
        seen_render(&image, truth, &s);
        for (int k = 0; k < library->faces; k++) {
            const gms_face_t *other = &library->face[k];
            gms_calibration_t c;
            char              reason[256];

            if (k == i || !(other->black_mm > 0)) {
                continue;
            }
            tried++;
            if (gms_calibrate(
                    &c, &image, other, &s.view, reason, sizeof(reason))
                == GMS_OK) {
                taken++;
                printf("  %s taken for %s\n", s.face->name, other->name);
            }
        }
        gms_image_free(&image);
    }
    printf("wrong face: %d of %d taken\n", taken, tried);
    return taken;
}


int
main(int argc, char **argv)
{
    static row_t  row;
    gms_library_t library;
    char          err[256];
    int           pictures = argc > 1 ? atoi(argv[1]) : 12;
    int           first = argc > 2 ? atoi(argv[2]) : 1;

    if (pictures < 1 || pictures > PICTURES_MAX
        || gms_library_load(&library, NULL, err, sizeof(err)) != GMS_OK)
    {
        fprintf(stderr,
            "calibration [PICTURES [FIRST_SEED]], from the "
            "repository's root, 1 to %d pictures of a face\n",
            PICTURES_MAX);
        return 2;
    }
    for (int i = 0; i < library.faces; i++) {
        const gms_face_t *face = &library.face[i];

        if (!(face->black_mm > 0)) {
            continue;
        }
        memset(&row, 0, sizeof(row));
        for (int k = 0; k < pictures; k++) {
            gms_calibration_t c;
            gms_image_t       image;
            double            truth[9];
            seen_t            s;
            bool              ok;

            conditions(&s, face, first + 1000 * i + k);
            find(&row, &c, &image, truth, &s, &ok);
            if (ok) {
                find_again(&row, &c, &image, truth, &s);
            }
            gms_image_free(&image);
        }
        if (i == 0) {
            printf("| face | pictures | found | wrong | ring p50 / p95, D | "
                   "place p95, D | scale p95, %% | residual, mm | upright "
                   "right / wrong | ms | again / wrong | moved p50 / p95, D "
                   "| ms at 720p |\n");
        }
        print_row(face->name, &row);
        fflush(stdout);
    }
    (void) confuse(&library, first);
    gms_library_free(&library);
    return 0;
}
