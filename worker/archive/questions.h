/*
 * gms_questions: what the verbs of the link mean to the archive: reads what
 * was asked, refuses what is not valid, and answers from the history.
 */

#ifndef GMS_QUESTIONS_H
#define GMS_QUESTIONS_H

#include <cjson/cJSON.h>

#include "../../ipc/link.h"
#include "keeper.h"
#include "../store/recorded.h"

typedef struct {
    int   status; /* of HTTP */
    int   kind;   /* of the body: GMS_ANSWER_... */
    char *body;   /* malloc'ed; NULL: none */
} gms_reply_t;

/* One that is being answered. */
typedef struct {
    gms_keeper_t             *keeper;
    const gms_link_message_t *ask;
    const cJSON              *address; /* an object of texts */
    const cJSON              *body;    /* an object, or NULL */
    gms_reply_t              *reply;
} gms_question_t;

/* Answers always; the caller frees the body. */
void gms_question(
    gms_keeper_t *k, const gms_link_message_t *ask, gms_reply_t *reply);

/* What the questions share.  422 that points at the field: */
void gms_question_invalid(
    const gms_question_t *q, const char *name, const char *detail);
void gms_question_problem(const gms_question_t *q, int status, const char *type,
    const char *title, const char *detail);

/* What a question to the history came to. */
void gms_question_done(const gms_question_t *q, int rc, int status, char *json);

/* Are all members of the object among the names?  Else it was answered. */
bool gms_question_known(
    const gms_question_t *q, const cJSON *object, const char *const *names);

/* A text of the address; NULL: it does not say. */
const char *gms_question_word(const gms_question_t *q, const char *name);

/* The session that the address names; the caller closes it.  Else it was
 * answered. */
bool gms_question_recorded(const gms_question_t *q, gms_recorded_t *r);

#endif /* GMS_QUESTIONS_H */
