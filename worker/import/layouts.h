/* The inside of gms_import, shared by worker/import/ alone. */

#ifndef GMS_IMPORT_LAYOUTS_H
#define GMS_IMPORT_LAYOUTS_H

#include <time.h>

#include "../base/csv.h"
#include "import.h"

/* A file that is being read. */
typedef struct {
    gms_csv_t                  csv;
    gms_import_t              *import;
    const gms_import_option_t *option;
    char                      *err;
    size_t                     err_size;
} gms_import_file_t;

/* Each reads all lines, the first of which is there already.  GMS_EINVALID,
 * GMS_ENOMEM with a sentence. */
int gms_import_gmshoot(gms_import_file_t *f);
int gms_import_shotmarker(gms_import_file_t *f);
int gms_import_sius(gms_import_file_t *f);

/* Is it how such a file begins? */
bool gms_import_is_gmshoot(const gms_csv_t *csv);
bool gms_import_is_shotmarker(const gms_csv_t *csv);
bool gms_import_is_sius(const gms_csv_t *csv);

/* Writes "file:line: what", as printf does; GMS_EINVALID. */
int gms_import_complain(gms_import_file_t *f, const char *what, ...)
    __attribute__((format(printf, 2, 3)));

/* The session of this title, a new one when there is none; NULL: no memory. */
gms_import_session_t *gms_import_session(
    gms_import_file_t *f, const char *title);

/* Adds a shot of this line with what every layout knows of it. */
int gms_import_add(gms_import_file_t *f, gms_import_session_t *s,
    const gms_import_shot_t *shot);

/* Readers of one cell, which is called so; a sentence when it is not. */
int gms_import_number(gms_import_file_t *f, const char *cell, const char *name,
    double least, double most, double *value);
int gms_import_whole(gms_import_file_t *f, const char *cell, const char *name,
    int most, int *value);
int gms_import_text(gms_import_file_t *f, const char *cell, const char *name,
    char *text, size_t size);

/* Local time of the range to CLOCK_REALTIME. */
int gms_import_local(gms_import_file_t *f, struct tm *tm, int64_t *real_ns);

#endif /* GMS_IMPORT_LAYOUTS_H */
