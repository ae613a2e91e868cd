/*
 * gms_questions_system: how the worker fares as a whole: versions, the disk,
 * the history and how far behind each journal it is.
 */

#ifndef GMS_QUESTIONS_SYSTEM_H
#define GMS_QUESTIONS_SYSTEM_H

#include "questions.h"

void gms_question_system(const gms_question_t *q);

#endif /* GMS_QUESTIONS_SYSTEM_H */
