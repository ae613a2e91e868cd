#include "admission.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "../base/jsontree.h"
#include "../base/log.h"
#include "../base/problem.h"
#include "../invite.h"

/* The page that takes a link's secret; behind the #, so that no request and no
 * log of one ever shows it, and nobody spends it by looking. */
#define GMS_JOIN_PAGE "/join.html#"

typedef struct {
    gms_admission_t    *answer;
    gms_devices_t      *devices;
    const gms_config_t *config;
    const cJSON        *address; /* an object: what the path says */
    const cJSON        *body;    /* an object, or NULL */
} gms_asking_t;

typedef struct {
    const char *verb;
    gms_role_e  role; /* the least; nginx goes by its own table, too */
    void (*run)(const gms_asking_t *a);
} gms_admission_verb_t;


static void
refuse(const gms_asking_t *a, int status, const char *type, const char *title,
    const char *detail, const char *pointer)
{
    a->answer->status = status;
    a->answer->body = gms_problem(status, type, title, detail, pointer, NULL);
}


static void
invalid(const gms_asking_t *a, const char *pointer, const char *detail)
{
    refuse(a, 422, "invalid-field", "A field is not valid", detail, pointer);
}


/* What kept a change from being made. */
static void
failed(const gms_asking_t *a, int rc)
{
    if (rc == GMS_ENOTFOUND) {
        refuse(a, 404, "device-unknown", "There is no such device",
            "no device has this id: see GET /api/devices", NULL);

    } else if (rc == GMS_ESTATE) {
        refuse(a, 409, "device-exists", "There is a device of that name",
            "choose another name, or remove that device first", NULL);

    } else if (rc == GMS_ETOOBIG) {
        refuse(a, 409, "devices-full", "There are too many devices",
            "remove those that are not used any more", NULL);

    } else {
        refuse(a, 503, "devices-unsaved", "The device could not be stored",
            rc == GMS_ESYS ? strerror(errno) : gms_strerror(rc), NULL);
    }
}


/* Every member, of the address and of the body, must be one of the names. */
static bool
known(const gms_asking_t *a, const char *const *names)
{
    const cJSON       *object[] = { a->address, a->body };
    const char *const *name;
    const cJSON       *item;
    char               pointer[96];
    int                i;

    for (i = 0; i < 2; i++) {
        cJSON_ArrayForEach(item, object[i])
        {
            for (name = names; *name != NULL; name++) {
                if (strcmp(item->string, *name) == 0) {
                    break;
                }
            }

            if (*name == NULL) {
                snprintf(pointer, sizeof(pointer), "/%.80s", item->string);
                invalid(a, pointer, "this field is not known here");
                return false;
            }
        }
    }

    return true;
}


/* NULL: it does not say; a value that is no text is "". */
static const char *
word_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (item == NULL || cJSON_IsNull(item)) {
        return NULL;
    }

    return cJSON_IsString(item) ? item->valuestring : "";
}


/* Of the body, or where there is none, as from a command line, of the one
 * object that there is. */
static const char *
word(const gms_asking_t *a, const char *name)
{
    return word_of(a->body != NULL ? a->body : a->address, name);
}


static void
put_time(gms_jsontext_t *j, const char *key, int64_t us)
{
    if (us == 0) {
        gms_jsontext_raw(j, key, "null");
    } else {
        gms_jsontext_integer(j, key, us);
    }
}


static void
put_device(gms_jsontext_t *j, const char *key, const gms_devices_entry_t *entry)
{
    bool joined = gms_secret_same(entry->pass.hash, entry->pass.hash);

    gms_jsontext_open(j, key, '{');
    gms_jsontext_string(j, "id", entry->pass.id);
    gms_jsontext_string(j, "name", entry->name);

    if (entry->pass.lane[0] == '\0') {
        gms_jsontext_raw(j, "lane", "null");
    } else {
        gms_jsontext_string(j, "lane", entry->pass.lane);
    }

    gms_jsontext_string(j, "role", gms_role_name[entry->pass.role]);
    gms_jsontext_bool(j, "joined", joined);
    gms_jsontext_integer(j, "created_us", entry->created_us);
    put_time(j, "last_seen_us", entry->seen_us);
    put_time(j, "link_until_us", joined ? 0 : entry->link_until_us);
    gms_jsontext_close(j, '}');
}


static void
done(const gms_asking_t *a, int status, gms_jsontext_t *j)
{
    a->answer->status = status;
    a->answer->body = gms_jsontext_take(j);
}


static void
done_device(const gms_asking_t *a, int status, const gms_devices_entry_t *entry)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    put_device(&j, NULL, entry);
    done(a, status, &j);
}


static void
log_device(const char *msg, const gms_devices_entry_t *entry)
{
    gms_log(GMS_LOG_INFO, msg,
        "\"device\":\"%s\",\"role\":\"%s\",\"of_lane\":\"%s\"", entry->pass.id,
        gms_role_name[entry->pass.role], entry->pass.lane);
}


static void
devices_get(const gms_asking_t *a)
{
    static const char *const   names[] = { NULL };
    const gms_devices_entry_t *entry;
    gms_jsontext_t             j;

    if (!known(a, names)) {
        return;
    }

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "devices", '[');

    for (entry = a->devices->entry; entry < a->devices->entry + a->devices->n;
         entry++)
    {
        if (!gms_devices_expired(entry)) {
            put_device(&j, NULL, entry);
        }
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_close(&j, '}');
    done(a, 200, &j);
}


/* False: it was answered. */
static bool
read_name(const gms_asking_t *a, const char **name)
{
    *name = word(a, "name");

    if (*name == NULL || **name == '\0'
        || !gms_jsontext_is_clean(*name, GMS_DEVICE_NAME_SIZE))
    {
        invalid(a, "/name",
            "a name is a short text, at most 63 bytes, such as Tablet 1");
        return false;
    }

    return true;
}


static bool
read_lane(const gms_asking_t *a, const char **lane)
{
    *lane = word(a, "lane");

    if (*lane == NULL) {
        *lane = "";
        return true;
    }

    if (gms_config_lane(a->config, *lane) == NULL) {
        invalid(a, "/lane",
            "no lane is called so; without a lane it is for all of them");
        return false;
    }

    return true;
}


static bool
read_role(const gms_asking_t *a, gms_role_e *role)
{
    const char *name = word(a, "role");
    int         role_of;

    if (name == NULL) {
        *role = GMS_ROLE_SHOOTER;
        return true;
    }

    role_of = gms_role_of(name, strlen(name));
    if (role_of == -1) {
        invalid(
            a, "/role", "a role is viewer, camera, shooter, coach or admin");
        return false;
    }

    *role = (gms_role_e) role_of;
    return true;
}


static void
devices_add(const gms_asking_t *a)
{
    static const char *const   names[] = { "name", "lane", "role", "address",
          NULL };
    const gms_devices_entry_t *entry;
    gms_jsontext_t             j;
    gms_role_e                 role;
    const char                *name, *lane;
    char                       address[GMS_ADDRESS_MAX + 1], *svg;
    char                       secret[GMS_SECRET_SIZE];
    char link[GMS_ADDRESS_MAX + sizeof(GMS_JOIN_PAGE) + GMS_SECRET_SIZE];
    int  rc;

    if (!known(a, names) || !read_name(a, &name) || !read_lane(a, &lane)
        || !read_role(a, &role))
    {
        return;
    }

    if (!gms_invite_address(address, word(a, "address"))) {
        invalid(a, "/address", GMS_ADDRESS_ALLOWED);
        return;
    }

    rc = gms_devices_add(a->devices, name, role, lane, &entry, secret);
    if (rc != GMS_OK) {
        failed(a, rc);
        return;
    }

    log_device("device invited", entry);
    snprintf(link, sizeof(link), "%s" GMS_JOIN_PAGE "%s", address, secret);

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    put_device(&j, "device", entry);
    gms_jsontext_string(&j, "link", link);

    svg = gms_invite_qr(link);

    if (svg != NULL) {
        gms_jsontext_string(&j, "qr_svg", svg);
    } else {
        gms_jsontext_raw(&j, "qr_svg", "null");
    }

    gms_jsontext_close(&j, '}');
    free(svg);
    done(a, 201, &j);
}


static void
devices_change(const gms_asking_t *a)
{
    static const char *const   names[] = { "id", "name", NULL };
    const gms_devices_entry_t *entry;
    const char                *id, *name;
    int                        rc;

    id = word_of(a->address, "id");

    if (!known(a, names) || !read_name(a, &name)) {
        return;
    }

    rc = gms_devices_rename(a->devices, id != NULL ? id : "", name, &entry);
    if (rc != GMS_OK) {
        failed(a, rc);
        return;
    }

    done_device(a, 200, entry);
}


static void
devices_remove(const gms_asking_t *a)
{
    static const char *const names[] = { "id", NULL };
    const char              *id = word_of(a->address, "id");
    int                      rc;

    if (!known(a, names)) {
        return;
    }

    rc = gms_devices_remove(a->devices, id != NULL ? id : "");
    if (rc != GMS_OK) {
        failed(a, rc);
        return;
    }

    gms_log(GMS_LOG_INFO, "device removed", "\"device\":\"%s\"", id);
    a->answer->changed = true;
    a->answer->status = 204;
}


static void
devices_join(const gms_asking_t *a)
{
    static const char *const   names[] = { "secret", NULL };
    const gms_devices_entry_t *entry;
    const char                *secret = word_of(a->body, "secret");
    int                        rc;

    if (!known(a, names)) {
        return;
    }

    if (secret == NULL) {
        invalid(a, "/secret", "the secret is what stands behind # in the link");
        return;
    }

    rc = gms_devices_join(a->devices, secret, &entry, a->answer->secret);

    if (rc == GMS_ENOTFOUND) {
        refuse(a, 403, "device-link", "This link is not valid any more",
            "it was opened before, or is older than an hour: ask for a new one",
            NULL);

    } else if (rc != GMS_OK) {
        failed(a, rc);

    } else {
        log_device("device joined", entry);
        a->answer->changed = true;
        done_device(a, 200, entry);
    }
}


static const gms_admission_verb_t verbs[] = {
    { "devices.get", GMS_ROLE_ADMIN, devices_get },
    { "devices.add", GMS_ROLE_ADMIN, devices_add },
    { "devices.change", GMS_ROLE_ADMIN, devices_change },
    { "devices.remove", GMS_ROLE_ADMIN, devices_remove },
    { "devices.join", GMS_ROLE_VIEWER, devices_join },
};


static const gms_admission_verb_t *
verb_of(const gms_link_message_t *ask)
{
    size_t i;

    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(ask->header.verb, verbs[i].verb) == 0) {
            return &verbs[i];
        }
    }

    return NULL;
}


bool
gms_admission_asked(const gms_link_message_t *ask)
{
    return verb_of(ask) != NULL;
}


void
gms_admission(gms_admission_t *answer, gms_devices_t *devices,
    const gms_config_t *config, const gms_link_message_t *ask)
{
    gms_asking_t a = { answer, devices, config, NULL, NULL };
    cJSON       *address, *body;
    bool         sound;

    memset(answer, 0, sizeof(*answer));
    sound = gms_jsontree_request(ask->body, &address, &body);
    a.address = address;
    a.body = body;

    if (!sound) {
        refuse(&a, 400, "not-json", "The request is not a JSON object",
            "send an object like {\"name\":\"Tablet 1\"}", NULL);

    } else if (ask->header.role < verb_of(ask)->role) {
        refuse(&a, 403, "not-allowed", "You are not allowed to do this",
            "only an admin decides who is let in", NULL);

    } else {
        verb_of(ask)->run(&a);
    }

    if (answer->status == 0 || (answer->body == NULL && answer->status != 204))
    {
        answer->status = 500;
        answer->body = NULL;
        answer->secret[0] = '\0';
    }

    cJSON_Delete(address);
    cJSON_Delete(body);
}
