/*
 * Words of an event's JSON, for event.c that writes and event_read.c that
 * reads them.
 */

#ifndef GMS_EVENT_WORDS_H
#define GMS_EVENT_WORDS_H

#include "event.h"

typedef struct {
    gms_event_kind_e kind;
    const char      *name;
    const char      *state; /* of "session" */
} gms_event_word_t;

#define GMS_EVENT_WORDS 25
extern const gms_event_word_t gms_event_words[GMS_EVENT_WORDS];

/* By gms_calibration_origin_e, gms_paper_gone_e, gms_round_by_e,
 * gms_course_by_e, gms_correction_e and gms_standing_e. */
#define GMS_ORIGIN_WORDS 4
#define GMS_PAPER_WORDS 4
#define GMS_ROUND_WORDS 7
#define GMS_COURSE_BY_WORDS 4
#define GMS_CORRECTION_WORDS 11
#define GMS_STANDING_WORDS 4
extern const char *const gms_origin_words[GMS_ORIGIN_WORDS];
extern const char *const gms_paper_words[GMS_PAPER_WORDS];
extern const char *const gms_round_words[GMS_ROUND_WORDS];
extern const char *const gms_course_by_words[GMS_COURSE_BY_WORDS];
extern const char *const gms_correction_words[GMS_CORRECTION_WORDS];
extern const char *const gms_standing_words[GMS_STANDING_WORDS];

#endif /* GMS_EVENT_WORDS_H */
