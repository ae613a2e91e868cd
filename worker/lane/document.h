/*
 * gms_document: the state document of a lane and the parts of it that are
 * sent alone (docs/events.md).  All texts are one line, malloc'ed; NULL: out
 * of memory.
 */

#ifndef GMS_DOCUMENT_H
#define GMS_DOCUMENT_H

#include "scorer.h"

char *gms_document_state(const gms_scorer_t *s);
char *gms_document_status(const gms_scorer_t *s);
char *gms_document_calibration(const gms_scorer_t *s);

/* One session (NULL: none) with its shots; all of the lane, summed up. */
char *gms_document_session(const gms_scorer_t *s, const gms_session_t *session);
char *gms_document_sessions(const gms_scorer_t *s);

/* How the course of the active session goes now; null without one. */
cJSON *gms_document_course(const gms_scorer_t *s);

/* All that is wrong with the lane now. */
cJSON *gms_document_problems(const gms_scorer_t *s);

/* The camera and what it gives. */
cJSON *gms_document_camera(const gms_scorer_t *s);

/* With the calibrations of before. */
char *gms_document_calibrations(const gms_scorer_t *s);

#endif /* GMS_DOCUMENT_H */
