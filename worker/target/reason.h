/*
 * Why something was refused, as a sentence for people: a refusal is one line.
 */

#ifndef GMS_REASON_H
#define GMS_REASON_H

#include <stdarg.h>
#include <stdio.h>

#include "../../ipc/error.h"


/* The picture does not show it well enough. */
static inline int __attribute__((format(printf, 3, 4)))
unsure(char *reason, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reason, size, format, args);
    va_end(args);
    return GMS_EUNSURE;
}


/* What was given cannot be. */
static inline int __attribute__((format(printf, 3, 4)))
refuse(char *reason, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reason, size, format, args);
    va_end(args);
    return GMS_EINVALID;
}

#endif /* GMS_REASON_H */
