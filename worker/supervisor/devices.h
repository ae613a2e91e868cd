/*
 * gms_devices: the browsers that an admin has let in, or invited by a link
 * that has not been opened yet.  The supervisor's; kept in devices.json of the
 * state folder, without their secrets.
 *
 * What changes them stores them first: they are as they were when that fails
 * (GMS_ESYS, errno).
 */

#ifndef GMS_DEVICES_H
#define GMS_DEVICES_H

#include "../../ipc/device.h"
#include "../secret.h"

#define GMS_DEVICE_NAME_SIZE 64

/* A link works once, and for so long. */
#define GMS_DEVICE_LINK_US (INT64_C(3600) * 1000000)

typedef struct {
    gms_device_t pass; /* hash all 0: its link was not opened yet */
    char         name[GMS_DEVICE_NAME_SIZE];
    uint8_t      link[GMS_SECRET_HASH_SIZE]; /* all 0: it was opened */
    int64_t      link_until_us;
    int64_t      created_us;
    int64_t      seen_us; /* 0: never */
} gms_devices_entry_t;

typedef struct {
    const char          *state_dir;
    unsigned             n;
    gms_devices_entry_t *entry;   /* of GMS_DEVICES_MAX; owned */
    bool                 unsaved; /* when they were seen */
    int64_t              save_at_ns;
} gms_devices_t;

/* Those of the state folder, none when there is no file.  One that cannot be
 * read is set aside, and that is logged.  GMS_ENOMEM. */
int  gms_devices_load(gms_devices_t *d, const char *state_dir);
void gms_devices_free(gms_devices_t *d);

/* Invites a device; one of that name that has not come yet is invited anew.
 * *entry: it, until the next change.  GMS_ESTATE: there is one of that name;
 * GMS_ETOOBIG: there are GMS_DEVICES_MAX. */
int gms_devices_add(gms_devices_t *d, const char *name, gms_role_e role,
    const char *lane, const gms_devices_entry_t **entry,
    char link[GMS_SECRET_SIZE]);

/* The link is opened: *entry has a secret now, the link is worth nothing.
 * GMS_ENOTFOUND: no link, an old one, or one that was opened before. */
int gms_devices_join(gms_devices_t *d, const char *link,
    const gms_devices_entry_t **entry, char secret[GMS_SECRET_SIZE]);

/* GMS_ENOTFOUND; GMS_ESTATE: another has that name. */
int gms_devices_rename(gms_devices_t *d, const char *id, const char *name,
    const gms_devices_entry_t **entry);
int gms_devices_remove(gms_devices_t *d, const char *id);

/* It has asked for something. */
void gms_devices_seen(gms_devices_t *d, const char *id);

/* Stores, now and then, when they were seen. */
void gms_devices_tick(gms_devices_t *d, int64_t now_ns);

/* Its link was not opened in time: it is as good as gone. */
bool gms_devices_expired(const gms_devices_entry_t *entry);

/* Those that came, as lines of device.h; malloc'ed, NULL: out of memory. */
char *gms_devices_lines(const gms_devices_t *d);

#endif /* GMS_DEVICES_H */
