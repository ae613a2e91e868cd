/*
 * gms_patches: what a place looked like before and after, and the picture of
 * it for a person: before | after | after with the fitted disc and the gauge.
 * Pure but for memory; any thread.
 */

#ifndef GMS_PATCHES_H
#define GMS_PATCHES_H

#include "image.h"

/* A side of one of the three panels, and the blank between them. */
#define GMS_PANEL_PX 160
#define GMS_PANEL_GAP_PX 4

/* A patch may be so large; a caliber is a few dozen pixels at most. */
#define GMS_PATCH_SIDE_MAX 512

typedef struct {
    int     w;
    int     h;
    double  x; /* fitted disc, pixels of the patch */
    double  y;
    double  r;
    uint8_t px[]; /* before, then after: w x h each */
} gms_patches_t;

/* Copies; the caller frees it with free().  NULL: out of memory, or a size
 * that is none. */
gms_patches_t *gms_patches_copy(const uint8_t *before, const uint8_t *after,
    int w, int h, double x, double y, double r);

/* The picture as JPEG, malloc'ed; gauge_r in pixels of the patch, 0: unknown.
 * GMS_ENOMEM, GMS_EBAD_FRAME. */
int gms_patches_jpeg(const gms_patches_t *patches, double gauge_r,
    gms_jpeg_t *jpeg, void **bytes, size_t *size);

#endif /* GMS_PATCHES_H */
