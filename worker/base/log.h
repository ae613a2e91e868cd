/*
 * gms_log: one JSON object a line on stderr: ts, level, msg (constant),
 * component, lane, then facts with units in their names.
 */

#ifndef GMS_LOG_H
#define GMS_LOG_H

typedef enum {
    GMS_LOG_DEBUG,
    GMS_LOG_INFO,
    GMS_LOG_WARN,
    GMS_LOG_ERROR,
    GMS_LOG_ALERT /* an impossible state */
} gms_log_level_e;

/* Component ("supervisor", "lane", ...) and lane ("" if none) of all lines of
 * this process from now on; copied. */
void gms_log_identity(const char *component, const char *lane);

/* Lines below this level are left out; default INFO. */
void gms_log_threshold(gms_log_level_e level);

/* facts: printf format of further members without braces, each as
 * \"key\":value, or NULL.  Strings among the values must be escaped by
 * gms_log_escape first.  One write(2) a line; any thread. */
void gms_log(gms_log_level_e level, const char *msg, const char *facts, ...)
    __attribute__((format(printf, 3, 4)));

/* Escapes text into buf as the inside of a JSON string; returns buf. */
const char *gms_log_escape(char *buf, unsigned size, const char *text);

#endif /* GMS_LOG_H */
