/*
 * gms_questions_card: any recorded session as a file to take home.
 */

#ifndef GMS_QUESTIONS_CARD_H
#define GMS_QUESTIONS_CARD_H

#include "questions.h"

/* history.session.csv, .json, .svg, .html */
void gms_question_card(const gms_question_t *q);

#endif /* GMS_QUESTIONS_CARD_H */
