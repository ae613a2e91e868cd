/*
 * gms_importing: a file of what was shot elsewhere into the journal that
 * imported sessions are kept in (store/imported.h): for the command line and
 * for the archive.  One thread.
 */

#ifndef GMS_IMPORTING_H
#define GMS_IMPORTING_H

#include <stdio.h>

#include "import/import.h"

typedef struct {
    gms_import_option_t read;
    const char         *state_dir;
    const char         *name;    /* of the file, for messages */
    const char         *targets; /* the library's file, or NULL */
    const char         *shooter; /* these NULL or 0: the file says */
    const char         *target;
    double              caliber_mm;
    double              distance_m;
    bool                dry_run; /* nothing is written */
} gms_importing_t;

/* What became of a session of the file. */
typedef struct {
    char     title[GMS_IMPORT_TITLE_SIZE];
    char     id[GMS_ID_SIZE]; /* it has now, or would have */
    bool     there;           /* already, and left as it is */
    uint32_t shots;
    uint32_t differ; /* that are of other rings than their places give */
    int64_t  started_ns;
} gms_importing_line_t;

typedef struct {
    gms_importing_line_t *line; /* by their starts; owned: free() */
    int                   lines;
    uint32_t              left_out; /* lines of the file that are no shots */
} gms_importing_result_t;

/* All of it or nothing.  in is closed.  GMS_EINVALID, GMS_ENOTFOUND: the file
 * or what is said of it is not right; else it cannot be kept; with a sentence.
 * result is to be freed when it is GMS_OK. */
int gms_importing(const gms_importing_t *m, FILE *in,
    gms_importing_result_t *result, char *err, size_t err_size);

#endif /* GMS_IMPORTING_H */
