#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/device.h"
#include "ipc/error.h"
#include "worker/supervisor/admission.h"
#include "worker/base/file.h"
#include "worker/base/log.h"
#include "worker/supervisor/devices.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ID "0123456789abcdef"

static char           folder[64];
static char           file[96];
static gms_devices_t  devices;


static int
fresh(void **state)
{
    (void) state;

    snprintf(folder, sizeof(folder), "/tmp/gms-devices-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/devices.json", folder);
    assert_int_equal(gms_devices_load(&devices, folder), GMS_OK);

    return 0;
}


static int
gone(void **state)
{
    char command[96];

    (void) state;

    gms_devices_free(&devices);
    snprintf(command, sizeof(command), "rm -r %s", folder);

    return system(command);
}


/* As after a restart of the worker. */
static void
again(void)
{
    gms_devices_free(&devices);
    assert_int_equal(gms_devices_load(&devices, folder), GMS_OK);
}


static void
hashes_are_those_of_the_standard(void **state)
{
    uint8_t hash[GMS_SECRET_HASH_SIZE];
    char    hex[GMS_SECRET_HASH_HEX_SIZE];

    (void) state;

    gms_secret_hash(hash, "abc");
    gms_secret_hash_to_hex(hash, hex);
    assert_string_equal(hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}


static void
secrets_are_random_and_hold_128_bits(void **state)
{
    char    one[GMS_SECRET_SIZE], two[GMS_SECRET_SIZE];
    uint8_t hash[GMS_SECRET_HASH_SIZE], other[GMS_SECRET_HASH_SIZE];

    (void) state;

    assert_int_equal(gms_secret_make(one, hash), GMS_OK);
    assert_int_equal(gms_secret_make(two, other), GMS_OK);
    assert_int_equal(strlen(one), 32);
    assert_int_equal(strspn(one, "0123456789abcdef"), 32);
    assert_string_not_equal(one, two);
    assert_false(gms_secret_same(hash, other));
}


static void
nothing_is_the_same_as_no_secret(void **state)
{
    uint8_t none[GMS_SECRET_HASH_SIZE] = { 0 };
    uint8_t one[GMS_SECRET_HASH_SIZE] = { 1 };
    uint8_t last[GMS_SECRET_HASH_SIZE] = { 0 };

    (void) state;

    last[GMS_SECRET_HASH_SIZE - 1] = 1;
    assert_false(gms_secret_same(none, none));
    assert_true(gms_secret_same(one, one));
    assert_true(gms_secret_same(last, last));
    assert_false(gms_secret_same(one, none));
    assert_false(gms_secret_same(one, last));
}


static void
a_device_is_one_line(void **state)
{
    static const struct {
        const char *lane;
        gms_role_e  role;
        const char *line;
    } cases[] = {
        { "lane1", GMS_ROLE_SHOOTER, ID " shooter lane1 " HASH "\n" },
        { "", GMS_ROLE_ADMIN, ID " admin * " HASH "\n" },
        { "a-lane_of_thirty-one-characters", GMS_ROLE_COACH,
            ID " coach a-lane_of_thirty-one-characters " HASH "\n" },
    };
    gms_device_t device, back;
    const char  *text;
    char         line[160];
    size_t       i;
    int          n;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&device, 0, sizeof(device));
        strcpy(device.id, ID);
        strcpy(device.lane, cases[i].lane);
        device.role = cases[i].role;
        assert_true(gms_secret_hash_from_hex(device.hash, HASH));

        n = gms_device_line(line, sizeof(line), &device);
        assert_string_equal(line, cases[i].line);
        assert_int_equal(n, strlen(line));
        assert_int_equal(gms_device_line(line, (size_t) n, &device),
            GMS_ETOOBIG);

        text = cases[i].line;
        assert_int_equal(gms_device_read(&back, &text), GMS_OK);
        assert_memory_equal(&back, &device, sizeof(back));
        assert_int_equal(gms_device_read(&back, &text), GMS_ENOTFOUND);
    }
}


static void
what_is_no_line_of_a_device_is_refused(void **state)
{
    static const char *const cases[] = {
        "x",
        "\n",
        ID " shooter lane1 " HASH,
        ID " king lane1 " HASH "\n",
        ID " shooter lane1 " HASH "0\n",
        ID " shooter lane1 0" HASH "\n",
        ID " shooter lane1 X" HASH "\n",
        ID " shooter lane1\n",
        ID " shooter lane1 \n",
        ID " shooter  " HASH "\n",
        " shooter lane1 " HASH "\n",
        "0" ID " shooter lane1 " HASH "\n",
        ID " shooter a-lane_of_thirty-two-characters- " HASH "\n",
        ID "\nshooter lane1 " HASH "\n",
    };
    gms_device_t device;
    const char  *text;
    size_t       i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = cases[i];
        assert_int_equal(gms_device_read(&device, &text), GMS_ECORRUPT);
    }
}


static void
a_link_lets_in_once(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE], *lines;
    uint8_t hash[GMS_SECRET_HASH_SIZE];

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_SHOOTER,
                         "lane1", &entry, link),
        GMS_OK);
    lines = gms_devices_lines(&devices);
    assert_string_equal(lines, ""); /* nginx does not know it yet */
    free(lines);

    assert_int_equal(
        gms_devices_join(&devices, "0123456789abcdef0123456789abcdef", &entry,
            secret),
        GMS_ENOTFOUND);
    assert_int_equal(
        gms_devices_join(&devices, "", &entry, secret), GMS_ENOTFOUND);
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_OK);
    assert_string_not_equal(link, secret);
    assert_string_equal(entry->pass.lane, "lane1");
    assert_int_equal(entry->pass.role, GMS_ROLE_SHOOTER);
    gms_secret_hash(hash, secret);
    assert_true(gms_secret_same(hash, entry->pass.hash));

    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_ENOTFOUND);

    again();
    assert_int_equal(devices.n, 1);
    assert_true(gms_secret_same(hash, devices.entry[0].pass.hash));
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_ENOTFOUND);
}


static void
a_link_survives_a_restart(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE];

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_COACH, "",
                         &entry, link),
        GMS_OK);
    again();
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_OK);
}


static void
a_link_that_is_too_old_is_worth_nothing(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE];

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_SHOOTER, "",
                         &entry, link),
        GMS_OK);
    assert_true(entry->link_until_us - entry->created_us == GMS_DEVICE_LINK_US);
    devices.entry[0].link_until_us = entry->created_us - 1;
    assert_true(gms_devices_expired(&devices.entry[0]));
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_ENOTFOUND);
}


static void
who_has_not_come_is_invited_anew(void **state)
{
    const gms_devices_entry_t *entry;
    char first[GMS_SECRET_SIZE], second[GMS_SECRET_SIZE];
    char secret[GMS_SECRET_SIZE];

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_SHOOTER, "",
                         &entry, first),
        GMS_OK);
    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_COACH, "",
                         &entry, second),
        GMS_OK);
    assert_int_equal(devices.n, 1);
    assert_int_equal(
        gms_devices_join(&devices, first, &entry, secret), GMS_ENOTFOUND);
    assert_int_equal(
        gms_devices_join(&devices, second, &entry, secret), GMS_OK);
    assert_int_equal(entry->pass.role, GMS_ROLE_COACH);
    assert_int_equal(gms_devices_add(&devices, "Tablet", GMS_ROLE_COACH, "",
                         &entry, second),
        GMS_ESTATE);
}


static void
devices_are_renamed_and_removed(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE], id[GMS_DEVICE_ID_SIZE];
    char *lines;

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "A", GMS_ROLE_SHOOTER, "",
                         &entry, link),
        GMS_OK);
    strcpy(id, entry->pass.id);
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_OK);
    assert_int_equal(gms_devices_add(&devices, "B", GMS_ROLE_SHOOTER, "",
                         &entry, link),
        GMS_OK);

    assert_int_equal(
        gms_devices_rename(&devices, id, "B", &entry), GMS_ESTATE);
    assert_int_equal(
        gms_devices_rename(&devices, "none", "C", &entry), GMS_ENOTFOUND);
    assert_int_equal(gms_devices_rename(&devices, id, "A", &entry), GMS_OK);
    assert_int_equal(gms_devices_rename(&devices, id, "C", &entry), GMS_OK);
    assert_string_equal(entry->name, "C");

    assert_int_equal(gms_devices_remove(&devices, "none"), GMS_ENOTFOUND);
    assert_int_equal(gms_devices_remove(&devices, id), GMS_OK);
    lines = gms_devices_lines(&devices);
    assert_string_equal(lines, "");
    free(lines);
    again();
    assert_int_equal(devices.n, 1);
    assert_string_equal(devices.entry[0].name, "B");
}


static void
there_is_an_end_to_devices(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], name[16], *lines;
    const char *text;
    gms_device_t device;
    int i;

    (void) state;

    /* none of them is worth a write to a disk */
    for (i = 0; i < GMS_DEVICES_MAX - 1; i++) {
        devices.entry[i].pass.hash[0] = 1;
        devices.entry[i].pass.role = GMS_ROLE_SHOOTER;
        snprintf(devices.entry[i].pass.id, GMS_DEVICE_ID_SIZE, "%016x", i);
        snprintf(devices.entry[i].name, GMS_DEVICE_NAME_SIZE, "n%d", i);
        strcpy(devices.entry[i].pass.lane, "a-lane_of_thirty-one-characters");
        devices.n++;
    }

    for (i = 0; i < 2; i++) {
        snprintf(name, sizeof(name), "more%d", i);
        assert_int_equal(gms_devices_add(&devices, name, GMS_ROLE_SHOOTER, "",
                             &entry, link),
            i == 0 ? GMS_OK : GMS_ETOOBIG);
    }

    lines = gms_devices_lines(&devices);
    text = lines;
    for (i = 0; gms_device_read(&device, &text) == GMS_OK; i++) {
        continue;
    }
    assert_int_equal(i, GMS_DEVICES_MAX - 1);
    assert_string_equal(text, "");
    free(lines);
}


static void
what_cannot_be_stored_is_not_done(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE], path[128];

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "A", GMS_ROLE_SHOOTER, "",
                         &entry, link),
        GMS_OK);

    /* not a permission: root needs none */
    snprintf(path, sizeof(path), "%s.new", file);
    assert_int_equal(mkdir(path, 0700), 0);

    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_ESYS);
    assert_int_equal(
        gms_devices_remove(&devices, devices.entry[0].pass.id), GMS_ESYS);
    assert_int_equal(devices.n, 1);

    assert_int_equal(rmdir(path), 0);
    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_OK);
}


static void
the_file_is_its_owners_and_holds_no_secret(void **state)
{
    const gms_devices_entry_t *entry;
    char link[GMS_SECRET_SIZE], secret[GMS_SECRET_SIZE], *text;
    struct stat st;

    (void) state;

    assert_int_equal(gms_devices_add(&devices, "A", GMS_ROLE_SHOOTER, "",
                         &entry, link),
        GMS_OK);
    text = gms_file_read(file, 100000);
    assert_null(strstr(text, link));
    free(text);

    assert_int_equal(
        gms_devices_join(&devices, link, &entry, secret), GMS_OK);
    text = gms_file_read(file, 100000);
    assert_null(strstr(text, link));
    assert_null(strstr(text, secret));
    free(text);

    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}


static void
a_damaged_file_is_set_aside(void **state)
{
    static const char *const cases[] = { "", "{", "[]", "{\"devices\":{}}",
        "{\"devices\":[1]}", "{\"devices\":[{\"id\":\"\"}]}",
        "{\"devices\":[{\"id\":\"a\",\"name\":\"n\",\"role\":\"king\","
        "\"lane\":\"\",\"secret_sha256\":\"\",\"link_sha256\":\"\"}]}",
        "{\"devices\":[{\"id\":\"a\",\"name\":\"n\",\"role\":\"admin\","
        "\"lane\":\"\",\"secret_sha256\":\"00\",\"link_sha256\":\"\"}]}" };
    char   aside[128], *text;
    size_t i;

    (void) state;

    snprintf(aside, sizeof(aside), "%s.damaged", file);
    gms_log_threshold(GMS_LOG_ALERT);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(gms_file_replace(file, cases[i]), GMS_OK);
        again();
        assert_int_equal(devices.n, 0);
        text = gms_file_read(aside, 1000);
        assert_string_equal(text, cases[i]);
        free(text);
        assert_int_equal(unlink(aside), 0);
    }
}


/* What a role may; the answer's status. */
static uint32_t
asked(gms_role_e role, const char *verb, const char *body)
{
    gms_config_t       config = { 0 };
    gms_admission_t    admission = { 0 };
    gms_link_message_t m;
    uint32_t           status;

    gms_link_message(&m, GMS_LINK_ASK);
    m.header.role = role;
    strcpy(m.header.verb, verb);
    m.body = (char *) (uintptr_t) body;
    assert_true(gms_admission_asked(&m));
    gms_admission(&admission, &devices, &config, &m);
    status = (uint32_t) admission.status;
    free(admission.body);

    return status;
}


static void
only_an_admin_decides(void **state)
{
    static const struct {
        const char *verb;
        const char *body;
        uint32_t    admin; /* and what everybody else hears */
        uint32_t    other;
    } cases[] = {
        { "devices.get", "{}", 200, 403 },
        { "devices.add", "{}{\"name\":\"A\"}", 201, 403 },
        { "devices.change", "{\"id\":\"0\"}{\"name\":\"A\"}", 404, 403 },
        { "devices.remove", "{\"id\":\"0\"}", 404, 403 },
        { "devices.join", "{}{\"secret\":\"0\"}", 403, 403 },
        { "devices.join", "{}{}", 422, 422 },
        { "devices.join", "{\"secret\":\"0\"}", 422, 422 }, /* of the address */
        { "devices.get", "[]", 400, 400 },
        { "devices.get", "", 400, 400 },
        { "devices.get", "{}x", 400, 400 },
    };
    size_t i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(asked(GMS_ROLE_ADMIN, cases[i].verb, cases[i].body),
            cases[i].admin);
        assert_int_equal(asked(GMS_ROLE_COACH, cases[i].verb, cases[i].body),
            cases[i].other);
        assert_int_equal(asked(GMS_ROLE_VIEWER, cases[i].verb, cases[i].body),
            cases[i].other);
    }
}


#define T(name, function)                                                     \
    { name, function, fresh, gone, NULL }

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        T("hashes are those of the standard",
            hashes_are_those_of_the_standard),
        T("secrets are random and hold 128 bits",
            secrets_are_random_and_hold_128_bits),
        T("nothing is the same as no secret",
            nothing_is_the_same_as_no_secret),
        T("a device is one line, and comes back from it",
            a_device_is_one_line),
        T("what is no line of a device is refused",
            what_is_no_line_of_a_device_is_refused),
        T("a link lets in once, also after a restart", a_link_lets_in_once),
        T("a link survives a restart", a_link_survives_a_restart),
        T("a link that is too old is worth nothing",
            a_link_that_is_too_old_is_worth_nothing),
        T("who has not come yet is invited anew, who came is not",
            who_has_not_come_is_invited_anew),
        T("devices are renamed and removed", devices_are_renamed_and_removed),
        T("there is an end to devices", there_is_an_end_to_devices),
        T("what cannot be stored is not done",
            what_cannot_be_stored_is_not_done),
        T("the file is its owner's and holds no secret",
            the_file_is_its_owners_and_holds_no_secret),
        T("only an admin decides who is let in", only_an_admin_decides),
        T("a damaged file is set aside", a_damaged_file_is_set_aside),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
