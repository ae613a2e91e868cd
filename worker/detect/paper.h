/*
 * gms_paper: is this still the sheet with the holes that are known?
 *
 * A hole that tore a clear disc into the background and of which the picture
 * shows nothing, while the paper around it looks as it did, or as one of the
 * colours that were there, was pasted over or is on a sheet that hangs there no
 * more.
 */

#ifndef GMS_PAPER_H
#define GMS_PAPER_H

#include "change.h"
#include "gain.h"
#include "holes.h"

typedef struct {
    int told;  /* holes clear enough to tell by */
    int there; /* of those, seen again */
    int whole; /* of those, gone */
} gms_paper_count_t;

/* One disc of the box: adds it to the count. */
void gms_paper_look(gms_paper_count_t *count, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc);

/* One that nobody knows as a hole: whether it was one shows in the background
 * alone. */
void gms_paper_look_unknown(gms_paper_count_t *count,
    const gms_change_t *change, const gms_gain_t *gain, const gms_disc_t *disc,
    double paper_level);

/* All known holes. */
gms_paper_count_t gms_paper_compare(const gms_change_t *change,
    const gms_gain_t *gain, const gms_holes_t *holes);

/* Is something as clear as a hole new in this disc?  Asked where another look
 * of print may pass for one. */
bool gms_paper_torn(
    const gms_change_t *change, const gms_gain_t *gain, const gms_disc_t *disc);

/* Are most known holes as they were, to the pixel?  Asked of those as well that
 * are too faint for a count.  false when none is known. */
bool gms_paper_kept(const gms_change_t *change, const gms_gain_t *gain,
    const gms_holes_t *holes);

/* Forgets the known holes that are gone. */
void gms_paper_forget(
    gms_holes_t *holes, const gms_change_t *change, const gms_gain_t *gain);

#endif /* GMS_PAPER_H */
