/*
 * gms_questions_photo: scores a photograph without a lane: finds the face in
 * it, and tells what holes that a person taps on it are worth.  Nothing is
 * kept.
 */

#ifndef GMS_QUESTIONS_PHOTO_H
#define GMS_QUESTIONS_PHOTO_H

#include "questions.h"

void gms_question_targets(const gms_question_t *q);
void gms_question_photo_find(const gms_question_t *q);
void gms_question_photo_score(const gms_question_t *q);

#endif /* GMS_QUESTIONS_PHOTO_H */
