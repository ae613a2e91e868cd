/*
 * gms_chain: the hash chain over a journal's rows, so that nothing recorded
 * can be altered, taken out or put in without every later hash telling.
 * Pure: no state, no I/O; any thread.
 *
 *   hash of row n = SHA-256(hash of row n - 1, then the columns of row n)
 *
 * in the order of gms_chain_row_t: an integer as 8 bytes, the highest first; a
 * text as its length in bytes, as such an integer, and its bytes.  What stands
 * before row 1 is SHA-256 of the text "gmshoot journal", the lane's name and
 * the first epoch as 16 hex digits, each with its length in front.
 */

#ifndef GMS_CHAIN_H
#define GMS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define GMS_CHAIN_SIZE 32
#define GMS_CHAIN_HEX_SIZE (2 * GMS_CHAIN_SIZE + 1)

typedef struct {
    int64_t     seq;
    const char *name;
    const char *session;
    int64_t     real_ns;
    int64_t     mono_ns;
    int64_t     frame_mono_ns;
    const char *boot_id;
    const char *key;
    const char *json;
} gms_chain_row_t;

/* What stands before the first row. */
void gms_chain_begin(
    uint8_t hash[GMS_CHAIN_SIZE], const char *lane, const char *epoch);

/* From the hash of the row before to that of this one, in place. */
void gms_chain_next(uint8_t hash[GMS_CHAIN_SIZE], const gms_chain_row_t *row);

/* 64 lower case hex digits. */
void gms_chain_to_hex(
    const uint8_t hash[GMS_CHAIN_SIZE], char text[GMS_CHAIN_HEX_SIZE]);

/* Back from exactly 64 hex digits; false: these are none. */
bool gms_chain_from_hex(uint8_t hash[GMS_CHAIN_SIZE], const char *text);

#endif /* GMS_CHAIN_H */
