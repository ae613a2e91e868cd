/*
 * gms_http_answer: what a camera's answer over HTTP means.
 */

#ifndef GMS_HTTP_ANSWER_H
#define GMS_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

/* A status that brings no picture: GMS_ECAMERA_GONE, with a sentence in err
 * that names the place and what to do. */
int gms_http_refused(
    const char *place, long status, char *err, size_t err_size);

/* Content-Type. */
bool gms_http_is_jpeg(const char *type);

/* Text of another host: only what cannot harm a log or a page. */
void gms_http_clean(char *out, size_t size, const char *text);

#endif /* GMS_HTTP_ANSWER_H */
