/*
 * gms_av: starts gmshoot-av, the program that reads video, beside this one;
 * av/wire.h is what both say.
 */

#ifndef GMS_AV_H
#define GMS_AV_H

#include <stddef.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;  /* 0: none */
    int   to;   /* its standard input; closed: it ends; -1: none */
    int   from; /* what it says, without waiting; -1: none */
} gms_av_t;

/* All of them none. */
void gms_av_init(gms_av_t *av);

/* Inherits fd as GMS_AV_MEMORY, which stays open here.  GMS_ECAMERA_GONE with a
 * sentence. */
int gms_av_start(gms_av_t *av, int fd, char *err, size_t err_size);

/* Ends it, and waits for that. */
void gms_av_stop(gms_av_t *av);

#endif /* GMS_AV_H */
