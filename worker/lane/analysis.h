/*
 * gms_analysis: the analysis thread.  Takes the newest picture from the
 * mailbox, decodes it once, lets the detector of every lane of the process
 * look at it, and calibrates when ordered to.
 */

#ifndef GMS_ANALYSIS_H
#define GMS_ANALYSIS_H

#include "../capture/mailbox.h"
#include "lane.h"

typedef struct {
    unsigned       lanes;
    gms_memory_t  *memory[GMS_PROCESS_LANES_MAX];
    const char    *detector[GMS_PROCESS_LANES_MAX];   /* names */
    char           path[GMS_PROCESS_LANES_MAX][1024]; /* saved memory */
    gms_mailbox_t *mailbox;
    gms_inbox_t   *notes;

    gms_inbox_t orders;
    pthread_t   thread;
    bool        started;
} gms_analysis_t;

/* The first fields are the caller's.  GMS_ENOMEM, GMS_ESYS. */
int  gms_analysis_start(gms_analysis_t *a);
void gms_analysis_stop(gms_analysis_t *a);

#endif /* GMS_ANALYSIS_H */
