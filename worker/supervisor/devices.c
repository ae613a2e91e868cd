#include "devices.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/file.h"
#include "../base/jsontext.h"
#include "../base/log.h"

#define GMS_DEVICES_FILE "devices.json"
#define GMS_DEVICES_FILE_MAX (1024 * 1024)

/* When somebody was seen is worth no more writes than this. */
#define GMS_DEVICES_SAVE_NS (60 * GMS_S)

#define GMS_DEVICE_LINE_SIZE                                                   \
    (GMS_DEVICE_ID_SIZE + GMS_LANE_NAME_SIZE + GMS_SECRET_HASH_HEX_SIZE + 16)


static int64_t
now_us(void)
{
    return gms_clock_real_ns() / GMS_US;
}


static bool
is_set(const uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    return gms_secret_same(hash, hash);
}


bool
gms_devices_expired(const gms_devices_entry_t *entry)
{
    return !is_set(entry->pass.hash) && entry->link_until_us < now_us();
}


static void
devices_path(const gms_devices_t *d, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/" GMS_DEVICES_FILE, d->state_dir);
}


static void
put_hash(gms_jsontext_t *j, const char *key,
    const uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    char hex[GMS_SECRET_HASH_HEX_SIZE] = "";

    if (is_set(hash)) {
        gms_secret_hash_to_hex(hash, hex);
    }

    gms_jsontext_string(j, key, hex);
}


static int
devices_save(
    const gms_devices_t *d, const gms_devices_entry_t *entry, unsigned n)
{
    gms_jsontext_t j;
    unsigned       i;
    char           path[PATH_MAX], *text;
    int            rc;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "devices", '[');

    for (i = 0; i < n; i++) {
        gms_jsontext_open(&j, NULL, '{');
        gms_jsontext_string(&j, "id", entry[i].pass.id);
        gms_jsontext_string(&j, "name", entry[i].name);
        gms_jsontext_string(&j, "role", gms_role_name[entry[i].pass.role]);
        gms_jsontext_string(&j, "lane", entry[i].pass.lane);
        put_hash(&j, "secret_sha256", entry[i].pass.hash);
        put_hash(&j, "link_sha256", entry[i].link);
        gms_jsontext_integer(&j, "link_until_us", entry[i].link_until_us);
        gms_jsontext_integer(&j, "created_us", entry[i].created_us);
        gms_jsontext_integer(&j, "seen_us", entry[i].seen_us);
        gms_jsontext_close(&j, '}');
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_close(&j, '}');

    text = gms_jsontext_take(&j);
    if (text == NULL) {
        errno = ENOMEM;
        return GMS_ESYS;
    }

    devices_path(d, path);
    rc = gms_file_replace(path, text);
    free(text);

    return rc;
}


static bool
read_text(const cJSON *item, const char *key, char *to, size_t size)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, key));

    return text != NULL && snprintf(to, size, "%s", text) < (int) size;
}


static bool
read_hash(
    const cJSON *item, const char *key, uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    char hex[GMS_SECRET_HASH_HEX_SIZE];

    return read_text(item, key, hex, sizeof(hex))
        && (hex[0] == '\0' || gms_secret_hash_from_hex(hash, hex));
}


static int64_t
read_time(const cJSON *item, const char *key)
{
    const cJSON *time = cJSON_GetObjectItemCaseSensitive(item, key);

    return cJSON_IsNumber(time) && time->valuedouble > 0
            && time->valuedouble < 1e17
        ? (int64_t) time->valuedouble
        : 0;
}


static bool
read_entry(gms_devices_entry_t *entry, const cJSON *item)
{
    char role[16];
    int  role_of;

    if (!read_text(item, "id", entry->pass.id, sizeof(entry->pass.id))
        || !read_text(item, "name", entry->name, sizeof(entry->name))
        || !read_text(item, "role", role, sizeof(role))
        || !read_text(item, "lane", entry->pass.lane, sizeof(entry->pass.lane))
        || !read_hash(item, "secret_sha256", entry->pass.hash)
        || !read_hash(item, "link_sha256", entry->link))
    {
        return false;
    }

    role_of = gms_role_of(role, strlen(role));
    entry->pass.role = role_of == -1 ? GMS_ROLE_VIEWER : (gms_role_e) role_of;
    entry->link_until_us = read_time(item, "link_until_us");
    entry->created_us = read_time(item, "created_us");
    entry->seen_us = read_time(item, "seen_us");

    return role_of != -1 && entry->pass.id[0] != '\0';
}


static int
read_devices(gms_devices_t *d, const char *text)
{
    const cJSON *list, *item;
    cJSON       *json;
    int          rc = GMS_OK;

    json = cJSON_Parse(text);
    list = cJSON_GetObjectItemCaseSensitive(json, "devices");

    if (!cJSON_IsArray(list)) {
        rc = GMS_ECORRUPT;
    }

    cJSON_ArrayForEach(item, list)
    {
        if (d->n == GMS_DEVICES_MAX || !read_entry(&d->entry[d->n], item)) {
            rc = GMS_ECORRUPT;
            break;
        }
        d->n++;
    }

    cJSON_Delete(json);

    return rc;
}


int
gms_devices_load(gms_devices_t *d, const char *state_dir)
{
    char path[PATH_MAX], aside[PATH_MAX + 8], *text;

    memset(d, 0, sizeof(*d));
    d->state_dir = state_dir;
    d->entry = calloc(GMS_DEVICES_MAX, sizeof(d->entry[0]));
    if (d->entry == NULL) {
        return GMS_ENOMEM;
    }

    devices_path(d, path);
    text = gms_file_read(path, GMS_DEVICES_FILE_MAX);

    if (text == NULL && errno == ENOENT) {
        return GMS_OK;
    }

    if (text == NULL || read_devices(d, text) != GMS_OK) {
        d->n = 0;
        memset(d->entry, 0, GMS_DEVICES_MAX * sizeof(d->entry[0]));
        snprintf(aside, sizeof(aside), "%s.damaged", path);
        rename(path, aside);
        gms_log(GMS_LOG_ERROR, "devices not usable",
            "\"detail\":\"" GMS_DEVICES_FILE " of the state folder is set "
            "aside: add the devices again\"");
    }

    free(text);

    return GMS_OK;
}


void
gms_devices_free(gms_devices_t *d)
{
    free(d->entry);
    d->entry = NULL;
    d->n = 0;
}


/* What is to be changed and stored; without those whose time is over. */
static gms_devices_entry_t *
devices_copy(const gms_devices_t *d, unsigned *n)
{
    gms_devices_entry_t *copy;
    unsigned             i;

    copy = calloc(GMS_DEVICES_MAX, sizeof(copy[0]));
    *n = 0;

    for (i = 0; copy != NULL && i < d->n; i++) {
        if (!gms_devices_expired(&d->entry[i])) {
            copy[(*n)++] = d->entry[i];
        }
    }

    return copy;
}


static int
devices_store(gms_devices_t *d, gms_devices_entry_t *copy, unsigned n)
{
    int rc;

    rc = devices_save(d, copy, n);
    if (rc != GMS_OK) {
        free(copy);
        return rc;
    }

    free(d->entry);
    d->entry = copy;
    d->n = n;
    d->unsaved = false;

    return GMS_OK;
}


static int
make_id(char id[GMS_DEVICE_ID_SIZE])
{
    uint8_t bytes[(GMS_DEVICE_ID_SIZE - 1) / 2];
    size_t  i;

    if (gms_secret_random(bytes, sizeof(bytes)) != GMS_OK) {
        return GMS_ESYS;
    }

    for (i = 0; i < sizeof(bytes); i++) {
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    }

    return GMS_OK;
}


int
gms_devices_add(gms_devices_t *d, const char *name, gms_role_e role,
    const char *lane, const gms_devices_entry_t **entry,
    char link[GMS_SECRET_SIZE])
{
    gms_devices_entry_t *copy, *e;
    unsigned             i, n;
    int                  rc;

    copy = devices_copy(d, &n);
    if (copy == NULL) {
        return GMS_ENOMEM;
    }

    for (i = 0; i < n && strcmp(copy[i].name, name) != 0; i++) {
        continue;
    }

    e = &copy[i];

    if (i == GMS_DEVICES_MAX || (i < n && is_set(e->pass.hash))) {
        free(copy);
        return i == GMS_DEVICES_MAX ? GMS_ETOOBIG : GMS_ESTATE;
    }

    memset(e, 0, sizeof(*e));
    snprintf(e->name, sizeof(e->name), "%s", name);
    snprintf(e->pass.lane, sizeof(e->pass.lane), "%s", lane);
    e->pass.role = role;
    e->created_us = now_us();
    e->link_until_us = e->created_us + GMS_DEVICE_LINK_US;

    rc = make_id(e->pass.id);
    if (rc == GMS_OK) {
        rc = gms_secret_make(link, e->link);
    }
    if (rc != GMS_OK) {
        free(copy);
        return rc;
    }

    *entry = e;

    return devices_store(d, copy, i == n ? n + 1 : n);
}


int
gms_devices_join(gms_devices_t *d, const char *link,
    const gms_devices_entry_t **entry, char secret[GMS_SECRET_SIZE])
{
    gms_devices_entry_t *copy, *found = NULL;
    uint8_t              hash[GMS_SECRET_HASH_SIZE];
    unsigned             i, n;

    copy = devices_copy(d, &n);
    if (copy == NULL) {
        return GMS_ENOMEM;
    }

    gms_secret_hash(hash, link);

    for (i = 0; i < n; i++) {
        if (gms_secret_same(copy[i].link, hash)) {
            found = &copy[i];
        }
    }

    if (found == NULL || gms_secret_make(secret, found->pass.hash) != GMS_OK) {
        free(copy);
        return found == NULL ? GMS_ENOTFOUND : GMS_ESYS;
    }

    memset(found->link, 0, sizeof(found->link));
    found->seen_us = now_us();
    *entry = found;

    return devices_store(d, copy, n);
}


static gms_devices_entry_t *
devices_find(gms_devices_entry_t *entry, unsigned n, const char *id)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        if (strcmp(entry[i].pass.id, id) == 0) {
            return &entry[i];
        }
    }

    return NULL;
}


int
gms_devices_rename(gms_devices_t *d, const char *id, const char *name,
    const gms_devices_entry_t **entry)
{
    gms_devices_entry_t *copy, *e;
    unsigned             i, n;

    copy = devices_copy(d, &n);
    if (copy == NULL) {
        return GMS_ENOMEM;
    }

    e = devices_find(copy, n, id);

    for (i = 0; e != NULL && i < n; i++) {
        if (&copy[i] != e && strcmp(copy[i].name, name) == 0) {
            free(copy);
            return GMS_ESTATE;
        }
    }

    if (e == NULL) {
        free(copy);
        return GMS_ENOTFOUND;
    }

    snprintf(e->name, sizeof(e->name), "%s", name);
    *entry = e;

    return devices_store(d, copy, n);
}


int
gms_devices_remove(gms_devices_t *d, const char *id)
{
    gms_devices_entry_t *copy, *e;
    unsigned             n;

    copy = devices_copy(d, &n);
    if (copy == NULL) {
        return GMS_ENOMEM;
    }

    e = devices_find(copy, n, id);
    if (e == NULL) {
        free(copy);
        return GMS_ENOTFOUND;
    }

    *e = copy[n - 1];

    return devices_store(d, copy, n - 1);
}


void
gms_devices_seen(gms_devices_t *d, const char *id)
{
    gms_devices_entry_t *e;

    e = devices_find(d->entry, d->n, id);

    if (e != NULL) {
        e->seen_us = now_us();
        d->unsaved = true;
    }
}


void
gms_devices_tick(gms_devices_t *d, int64_t now_ns)
{
    if (!d->unsaved || now_ns < d->save_at_ns) {
        return;
    }

    d->save_at_ns = now_ns + GMS_DEVICES_SAVE_NS;
    d->unsaved = devices_save(d, d->entry, d->n) != GMS_OK;
}


char *
gms_devices_lines(const gms_devices_t *d)
{
    unsigned i;
    size_t   used = 0;
    char    *text;
    int      n;

    text = calloc(d->n + 1, GMS_DEVICE_LINE_SIZE);

    for (i = 0; text != NULL && i < d->n; i++) {
        if (!is_set(d->entry[i].pass.hash)) {
            continue;
        }

        n = gms_device_line(
            text + used, GMS_DEVICE_LINE_SIZE, &d->entry[i].pass);
        used += n > 0 ? (size_t) n : 0;
    }

    return text;
}
