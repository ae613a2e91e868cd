#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "obeying.h"
#include "settings.h"


void
gms_obeying_init(gms_obeying_t *o, gms_source_t *source, gms_zooming_t *zooming,
    gms_inbox_t *notes, const char *path, const gms_camera_t *camera)
{
    memset(o, 0, sizeof(*o));
    o->source = source;
    o->zooming = zooming;
    o->notes = notes;
    o->path = path;
    gms_settings_read(path, camera->locator, &o->settings);
}


static void
obeying_keep(gms_obeying_t *o, gms_note_t *note)
{
    if (gms_settings_write(
            o->path, o->source->config.camera.locator, &o->settings)
        != GMS_OK)
    {
        gms_log(GMS_LOG_WARN, "camera settings not kept", "\"path\":\"%s\"",
            o->path);
        note->u.controls.error = GMS_ESTORE;
    }
}


static void
obeying_note(gms_note_t *note, unsigned lane, uint64_t ask)
{
    memset(note, 0, sizeof(*note));
    note->kind = GMS_NOTE_CONTROLS;
    note->lane = lane;
    note->mono_ns = gms_clock_mono_ns();
    note->u.controls.ask = ask;
}


void
gms_obeying_controls(gms_obeying_t *o, const gms_order_t *order, bool open,
    const char *detail, gms_note_t *note)
{
    unsigned bad = 0;

    obeying_note(note, order->lane, order->ask);
    note->u.controls.list = calloc(1, sizeof(gms_controls_t));

    if (note->u.controls.list == NULL) {
        note->u.controls.error = GMS_ENOMEM;

    } else if (!open || o->source->ops->set == NULL) {
        note->u.controls.error = GMS_ENOTFOUND;
        snprintf(note->u.controls.reason, sizeof(note->u.controls.reason), "%s",
            detail);

    } else {
        note->u.controls.error =
            o->source->ops->set(o->source, order->wanted, note->u.controls.list,
                &bad, note->u.controls.reason, sizeof(note->u.controls.reason));

        if (note->u.controls.error == GMS_OK && order->wanted->count > 0) {
            obeying_keep(o, note);

        } else if (note->u.controls.error == GMS_EINVALID
            && bad < order->wanted->count) {
            snprintf(note->u.controls.name, sizeof(note->u.controls.name), "%s",
                order->wanted->setting[bad].name);
        }
    }

    free(order->wanted);
}


static void
obeying_answer(gms_obeying_t *o, unsigned lane, uint64_t ask, int error,
    const char *reason)
{
    gms_note_t note;

    obeying_note(&note, lane, ask);
    note.u.controls.error = error;
    snprintf(
        note.u.controls.reason, sizeof(note.u.controls.reason), "%s", reason);

    if (error == GMS_OK) {
        obeying_keep(o, &note);
    }

    gms_inbox_put(o->notes, &note);
}


void
gms_obeying_preset(
    gms_obeying_t *o, const gms_order_t *order, bool open, const char *detail)
{
    char err[GMS_SENTENCE_SIZE];
    int  rc;

    if (!open) {
        obeying_answer(o, order->lane, order->ask, GMS_ENOTFOUND, detail);
        return;
    }

    rc = gms_zooming_ask(
        o->zooming, order->preset, order->ask, order->lane, err, sizeof(err));

    if (rc != GMS_OK) {
        obeying_answer(o, order->lane, order->ask, rc, err);
    }
}


void
gms_obeying_arrived(gms_obeying_t *o, int error, const char *reason)
{
    gms_zooming_t *z = o->zooming;

    if (error == GMS_OK) {
        o->settings.has_preset = true;
        o->settings.preset = z->preset;
    }

    obeying_answer(o, z->lane, z->ask, error, error == GMS_OK ? "" : reason);
    z->ask = 0;
}
