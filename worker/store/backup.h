/*
 * gms_backup: a copy of a lane's journal, pictures and complaints, of the
 * history, and of the accepted configuration, while a worker may be writing
 * them.
 */

#ifndef GMS_BACKUP_H
#define GMS_BACKUP_H

#include <stddef.h>

/* A journal as it is at one instant.  The copy is marked: who opens it first
 * draws a new epoch.  It is one file, not in WAL mode.  GMS_ESTORE,
 * GMS_ESTORE_FULL, with a sentence in err. */
int gms_backup_journal(
    const char *from, const char *to, char *err, size_t err_size);

/* The history as it is at one instant; GMS_OK when there is none.  The same
 * errors. */
int gms_backup_history(
    const char *from, const char *to, char *err, size_t err_size);

/* A file, or a folder with all below it; GMS_OK when there is none. */
int gms_backup_files(
    const char *from, const char *to, char *err, size_t err_size);

/* Makes a new folder: GMS_ESTORE with a sentence when there is one. */
int gms_backup_folder(const char *path, char *err, size_t err_size);

/* All below a folder, and itself. */
void gms_backup_remove(const char *path);

#endif /* GMS_BACKUP_H */
