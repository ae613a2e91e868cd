/*
 * gms_questions_people: shooters, their equipment, and what a session was shot
 * with: one function a verb of the archive.
 */

#ifndef GMS_QUESTIONS_PEOPLE_H
#define GMS_QUESTIONS_PEOPLE_H

#include "questions.h"

void gms_question_shooters(const gms_question_t *q);
void gms_question_shooter_add(const gms_question_t *q);
void gms_question_shooter_change(const gms_question_t *q);
void gms_question_shooter_erase(const gms_question_t *q);
void gms_question_equipment(const gms_question_t *q);
void gms_question_equipment_add(const gms_question_t *q);
void gms_question_equipment_change(const gms_question_t *q);
void gms_question_session_change(const gms_question_t *q);

/* A repeat gets the first answer; true: it was answered. */
bool gms_question_is_answered(const gms_question_t *q, int status);

#endif /* GMS_QUESTIONS_PEOPLE_H */
