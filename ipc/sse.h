/*
 * gms_sse: the text of one Server-Sent Event, and the ids in it.
 *
 *     id: 5f3a9c0112345678-42\n
 *     event: shot\n
 *     data: {...}\n
 *     \n
 *
 * The id line stands first, so that a stream of several lanes can leave it
 * out by skipping a known length.
 */

#ifndef GMS_SSE_H
#define GMS_SSE_H

#include <stddef.h>
#include <stdint.h>

/* Writes the text; seq 0: no id line.  data is one line without CR or LF.
 * *id_size is the length of the id line (0: none).  Returns the length
 * (excluding NUL), GMS_ETOOBIG or GMS_EINVALID. */
int gms_sse_format(char *buf, size_t size, uint64_t epoch, uint64_t seq,
    const char *event, const char *data, size_t *id_size);

/* Parses a Last-Event-ID "<16 hex digits>-<decimal>".  GMS_EINVALID. */
int gms_sse_parse_id(
    const char *text, size_t size, uint64_t *epoch, uint64_t *seq);

#endif /* GMS_SSE_H */
