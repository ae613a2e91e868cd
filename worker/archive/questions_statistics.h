/*
 * gms_questions_statistics: everything that the shots of a recorded session
 * tell, of all of them, of each round, and pooled (docs/statistics.md).
 */

#ifndef GMS_QUESTIONS_STATISTICS_H
#define GMS_QUESTIONS_STATISTICS_H

#include "questions.h"

void gms_question_statistics(const gms_question_t *q);

#endif /* GMS_QUESTIONS_STATISTICS_H */
