/*
 * gms_questions_import: a file of what was shot elsewhere, sent to the archive.
 */

#ifndef GMS_QUESTIONS_IMPORT_H
#define GMS_QUESTIONS_IMPORT_H

#include "questions.h"

void gms_question_import(const gms_question_t *q);

#endif /* GMS_QUESTIONS_IMPORT_H */
