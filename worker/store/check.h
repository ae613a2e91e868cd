/*
 * gms_check: is a journal whole and as it was written?  Reads alone, also
 * while a lane writes it: hashes, numbers, every event, the fold of them all,
 * and the pictures beside it.
 */

#ifndef GMS_CHECK_H
#define GMS_CHECK_H

#include "chain.h"

typedef struct {
    char     lane[64]; /* "" when it could not be read */
    uint64_t epoch;
    uint64_t events; /* that are as they were written, from the first on */
    uint64_t sessions;
    uint64_t shots;
    uint64_t pictures;      /* of shots and papers, kept */
    uint64_t unpictured;    /* shots without one: none could be kept */
    uint64_t chained_since; /* 0: by no hashes yet, an older program's */
    int64_t  last_real_ns;  /* of the last event */
    char     head[GMS_CHAIN_HEX_SIZE]; /* its hash, or "" */
    uint64_t hash_seq;                 /* event of the hash that was asked
                                          for; 0: none */
    int64_t  hash_real_ns;
    uint64_t bad_seq;   /* the first event that is not right; 0: all are, or it
                         is about none */
    char     why[1024]; /* a sentence; "": it is right */
} gms_check_t;

/* path: a journal's file, with the lane's pictures beside it; hash: to be
 * looked for, or NULL.  GMS_OK, or the cause with why. */
int gms_check_journal(gms_check_t *c, const char *path, const uint8_t *hash);

#endif /* GMS_CHECK_H */
