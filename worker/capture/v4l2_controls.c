/* gms_v4l2_controls: see v4l2_controls.h. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "v4l2_controls.h"
#include "../../ipc/error.h"

/* A driver that lists without end. */
#define GMS_V4L2_LIST_MAX 512
#define GMS_V4L2_EVENTS_MAX 256

/* Settings with what must be switched off for them, and kept beside. */
#define GMS_V4L2_STEPS_MAX (GMS_CONTROLS_MAX * 2)

/* Names that stay the same whatever a kernel calls these controls; `view`:
 * says where the camera looks. */
static const struct {
    uint32_t    id;
    const char *name;
    bool        view;
} controls_names[] = {
    { V4L2_CID_EXPOSURE_AUTO, "exposure_auto", false },
    { V4L2_CID_EXPOSURE_ABSOLUTE, "exposure_absolute", false },
    { V4L2_CID_EXPOSURE_AUTO_PRIORITY, "exposure_auto_priority", false },
    { V4L2_CID_AUTOGAIN, "gain_auto", false },
    { V4L2_CID_GAIN, "gain", false },
    { V4L2_CID_AUTO_WHITE_BALANCE, "white_balance_auto", false },
    { V4L2_CID_WHITE_BALANCE_TEMPERATURE, "white_balance_temperature", false },
    { V4L2_CID_FOCUS_AUTO, "focus_auto", false },
    { V4L2_CID_FOCUS_ABSOLUTE, "focus_absolute", false },
    { V4L2_CID_ZOOM_ABSOLUTE, "zoom_absolute", true },
    { V4L2_CID_PAN_ABSOLUTE, "pan_absolute", true },
    { V4L2_CID_TILT_ABSOLUTE, "tilt_absolute", true },
};

/* What each automatic rules.  Gain goes with the exposure at cameras that
 * have no automatic of its own for it. */
static const struct {
    uint32_t automatic;
    int32_t  off;
    int32_t  on;
    uint32_t ruled[2];
} controls_ruled[GMS_V4L2_AUTOMATICS] = {
    { V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL,
        V4L2_EXPOSURE_APERTURE_PRIORITY,
        { V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CID_GAIN } },
    { V4L2_CID_AUTOGAIN, 0, 1, { V4L2_CID_GAIN, 0 } },
    { V4L2_CID_AUTO_WHITE_BALANCE, 0, 1,
        { V4L2_CID_WHITE_BALANCE_TEMPERATURE, 0 } },
    { V4L2_CID_FOCUS_AUTO, 0, 1, { V4L2_CID_FOCUS_ABSOLUTE, 0 } },
};

/* One thing to be set, and what it was before. */
typedef struct {
    unsigned at;
    int32_t  value;
    int32_t  before;
    bool     asked; /* may not be refused */
} gms_v4l2_step_t;

typedef struct {
    unsigned        count;
    gms_v4l2_step_t step[GMS_V4L2_STEPS_MAX];
} gms_v4l2_plan_t;


static int
controls_at(const gms_v4l2_controls_t *c, uint32_t id)
{
    for (unsigned i = 0; id != 0 && i < c->list.count; i++) {
        if (c->of[i].id == id) {
            return (int) i;
        }
    }

    return -1;
}


static int
controls_named(const gms_v4l2_controls_t *c, const char *name)
{
    for (unsigned i = 0; i < c->list.count; i++) {
        if (strcmp(c->list.control[i].name, name) == 0) {
            return (int) i;
        }
    }

    return -1;
}


static bool
controls_is_view(uint32_t id)
{
    for (size_t i = 0; i < sizeof(controls_names) / sizeof(controls_names[0]);
         i++) {
        if (controls_names[i].id == id) {
            return controls_names[i].view;
        }
    }

    return false;
}


/* "Power Line Frequency" -> power_line_frequency */
static void
controls_name(char *name, size_t size, uint32_t id, const char *title)
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof(controls_names) / sizeof(controls_names[0]);
         i++) {
        if (controls_names[i].id == id) {
            snprintf(name, size, "%s", controls_names[i].name);
            return;
        }
    }

    for (; *title != '\0' && n + 1 < size; title++) {
        if ((*title >= 'a' && *title <= 'z')
            || (*title >= '0' && *title <= '9')) {
            name[n++] = *title;

        } else if (*title >= 'A' && *title <= 'Z') {
            name[n++] = (char) (*title - 'A' + 'a');

        } else if (n > 0 && name[n - 1] != '_') {
            name[n++] = '_';
        }
    }

    while (n > 0 && name[n - 1] == '_') {
        n--;
    }

    name[n] = '\0';
}


static int32_t
controls_int(int64_t value)
{
    return value < INT32_MIN ? INT32_MIN
        : value > INT32_MAX  ? INT32_MAX
                             : (int32_t) value;
}


static void
controls_choices(const gms_v4l2_controls_t *c, uint32_t id, bool numbers,
    gms_control_t *control)
{
    struct v4l2_querymenu menu;

    for (int64_t i = control->min;
         i <= control->max && control->choices < GMS_CONTROL_CHOICES_MAX; i++)
    {
        memset(&menu, 0, sizeof(menu));
        menu.id = id;
        menu.index = (uint32_t) i;

        if (gms_v4l2_ioctl(c->device, VIDIOC_QUERYMENU, &menu) != 0) {
            continue; /* menus have holes */
        }

        control->choice[control->choices].value = (int32_t) i;

        if (numbers) {
            snprintf(control->choice[control->choices].title,
                GMS_CONTROL_TITLE_SIZE, "%lld", (long long) menu.value);
        } else {
            gms_v4l2_text(control->choice[control->choices].title,
                GMS_CONTROL_TITLE_SIZE, menu.name, sizeof(menu.name));
        }

        control->choices++;
    }
}


static bool
controls_add(gms_v4l2_controls_t *c, const struct v4l2_query_ext_ctrl *q)
{
    gms_control_t *control;
    bool           menu;

    menu = q->type == V4L2_CTRL_TYPE_MENU
        || q->type == V4L2_CTRL_TYPE_INTEGER_MENU;

    if ((q->type != V4L2_CTRL_TYPE_INTEGER && q->type != V4L2_CTRL_TYPE_BOOLEAN
            && !menu)
        || (q->flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_WRITE_ONLY))
            != 0
        || q->minimum > q->maximum || (menu && q->maximum - q->minimum > 255))
    {
        return true;
    }

    if (c->list.count == GMS_CONTROLS_MAX) {
        return false;
    }

    control = &c->list.control[c->list.count];
    memset(control, 0, sizeof(*control));

    gms_v4l2_text(
        control->title, sizeof(control->title), q->name, sizeof(q->name));
    controls_name(control->name, sizeof(control->name), q->id, control->title);

    if (control->name[0] == '\0' || controls_named(c, control->name) != -1) {
        return true; /* it could not be told from another */
    }

    control->type = menu                    ? GMS_CONTROL_CHOICE
        : q->type == V4L2_CTRL_TYPE_BOOLEAN ? GMS_CONTROL_SWITCH
                                            : GMS_CONTROL_NUMBER;
    control->min = controls_int(q->minimum);
    control->max = controls_int(q->maximum);
    control->step = q->step > INT32_MAX ? INT32_MAX : (int32_t) q->step;
    control->preset = controls_int(q->default_value);

    if (menu) {
        controls_choices(
            c, q->id, q->type == V4L2_CTRL_TYPE_INTEGER_MENU, control);
    }

    c->of[c->list.count].id = q->id;
    c->of[c->list.count].flags = q->flags;
    c->list.count++;

    return true;
}


static void
controls_list(gms_v4l2_controls_t *c)
{
    uint32_t                   id = 0;
    struct v4l2_query_ext_ctrl q;

    for (int i = 0; i < GMS_V4L2_LIST_MAX; i++) {
        memset(&q, 0, sizeof(q));
        q.id = id | V4L2_CTRL_FLAG_NEXT_CTRL;

        if (gms_v4l2_ioctl(c->device, VIDIOC_QUERY_EXT_CTRL, &q) != 0
            || q.id <= id || !controls_add(c, &q))
        {
            break;
        }

        id = q.id;
    }
}


static void
controls_subscribe(gms_v4l2_controls_t *c)
{
    struct v4l2_event_subscription sub;

    memset(&sub, 0, sizeof(sub));
    sub.type = V4L2_EVENT_SOURCE_CHANGE;
    (void) gms_v4l2_ioctl(c->device, VIDIOC_SUBSCRIBE_EVENT, &sub);

    memset(&sub, 0, sizeof(sub));
    sub.type = V4L2_EVENT_EOS;
    (void) gms_v4l2_ioctl(c->device, VIDIOC_SUBSCRIBE_EVENT, &sub);

    c->told = true;

    for (unsigned i = 0; i < c->list.count; i++) {
        memset(&sub, 0, sizeof(sub));
        sub.type = V4L2_EVENT_CTRL;
        sub.id = c->of[i].id;

        if (gms_v4l2_ioctl(c->device, VIDIOC_SUBSCRIBE_EVENT, &sub) != 0
            && controls_is_view(sub.id))
        {
            c->told = false;
        }
    }
}


static bool
controls_runs(const gms_v4l2_controls_t *c, unsigned automatic)
{
    int at = controls_at(c, controls_ruled[automatic].automatic);

    return at != -1
        && c->list.control[at].value != controls_ruled[automatic].off;
}


/* Which automatic rules the control, -1: none that the camera has. */
static int
controls_ruler(const gms_v4l2_controls_t *c, uint32_t id)
{
    for (unsigned i = GMS_V4L2_AUTOMATICS; i-- > 0; /* void */) {
        if ((controls_ruled[i].ruled[0] == id
                || controls_ruled[i].ruled[1] == id)
            && controls_at(c, controls_ruled[i].automatic) != -1)
        {
            return (int) i;
        }
    }

    return -1;
}


static void
controls_rules(gms_v4l2_controls_t *c)
{
    int            ruler;
    gms_control_t *control;

    for (unsigned i = 0; i < c->list.count; i++) {
        control = &c->list.control[i];
        ruler = controls_ruler(c, c->of[i].id);
        control->rule = ruler == -1              ? GMS_CONTROL_FREE
            : controls_runs(c, (unsigned) ruler) ? GMS_CONTROL_AUTOMATIC
                                                 : GMS_CONTROL_LOCKED;
        control->writable =
            (c->of[i].flags
                & (V4L2_CTRL_FLAG_READ_ONLY | V4L2_CTRL_FLAG_GRABBED))
            == 0;
    }
}


/* The view changed: how, in words. */
static void
controls_moved(gms_v4l2_controls_t *c, unsigned at, int32_t from)
{
    if (controls_is_view(c->of[at].id) && c->list.control[at].value != from) {
        c->moves++;
        snprintf(c->moved, sizeof(c->moved), "%s went from %d to %d",
            c->list.control[at].name, from, c->list.control[at].value);
    }
}


static int
controls_get(const gms_v4l2_controls_t *c, unsigned at, int32_t *value)
{
    int                 error;
    struct v4l2_control v;

    memset(&v, 0, sizeof(v));
    v.id = c->of[at].id;
    error = gms_v4l2_ioctl(c->device, VIDIOC_G_CTRL, &v);

    if (error == 0) {
        *value = v.value;
    }

    return error;
}


void
gms_v4l2_controls_read(gms_v4l2_controls_t *c)
{
    for (unsigned i = 0; i < c->list.count; i++) {
        (void) controls_get(c, i, &c->list.control[i].value);
    }

    controls_rules(c);
}


void
gms_v4l2_controls_init(gms_v4l2_controls_t *c, const gms_v4l2_device_t *device)
{
    memset(c, 0, sizeof(*c));
    c->device = device;
    controls_list(c);
    controls_subscribe(c);
    gms_v4l2_controls_read(c);
}


const char *
gms_v4l2_automatic(const gms_v4l2_controls_t *c, gms_v4l2_automatic_e automatic,
    bool *runs, int32_t *off, int32_t *on)
{
    const gms_control_t *control;
    int                  at;

    at = controls_at(c, controls_ruled[automatic].automatic);
    if (at == -1) {
        return NULL;
    }

    control = &c->list.control[at];
    *runs = controls_runs(c, automatic);
    *off = controls_ruled[automatic].off;
    *on = control->preset != *off ? control->preset
                                  : controls_ruled[automatic].on;

    return control->name;
}


void
gms_v4l2_controls_view(const gms_v4l2_controls_t *c, gms_settings_t *kept,
    char *zoom, size_t zoom_size)
{
    const gms_control_t *control;
    size_t               used = 0;

    zoom[0] = '\0';

    for (unsigned i = 0; i < c->list.count; i++) {
        control = &c->list.control[i];

        if (controls_is_view(c->of[i].id)) {
            gms_settings_put(kept, control->name, control->value, false);

            if (used < zoom_size) {
                used +=
                    (size_t) snprintf(zoom + used, zoom_size - used, "%s%s=%d",
                        used > 0 ? " " : "", control->name, control->value);
            }
        }
    }
}


static bool
controls_allowed(const gms_control_t *control, int32_t value)
{
    if (control->type != GMS_CONTROL_CHOICE) {
        return value >= control->min && value <= control->max;
    }

    for (unsigned i = 0; i < control->choices; i++) {
        if (control->choice[i].value == value) {
            return true;
        }
    }

    return false;
}


static int
controls_check(const gms_v4l2_controls_t *c, const gms_setting_t *setting,
    char *err, size_t err_size)
{
    const gms_control_t *control;
    int                  at;

    at = controls_named(c, setting->name);

    if (at == -1) {
        snprintf(err, err_size, "this camera has no control %s", setting->name);
        return GMS_EINVALID;
    }

    control = &c->list.control[at];

    if (!control->writable) {
        snprintf(err, err_size, "%s cannot be set at this camera now",
            control->name);
        return GMS_EINVALID;
    }

    if (!controls_allowed(control, setting->value)) {
        snprintf(err, err_size,
            control->type == GMS_CONTROL_CHOICE
                ? "%s is one of its choices, from %d to %d"
                : "%s is a number from %d to %d",
            control->name, control->min, control->max);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


static void
plan_add(const gms_v4l2_controls_t *c, gms_v4l2_plan_t *plan, int at,
    int32_t value, bool asked)
{
    gms_v4l2_step_t *step;

    if (at == -1 || plan->count == GMS_V4L2_STEPS_MAX) {
        return;
    }

    for (unsigned i = 0; i < plan->count; i++) {
        if (plan->step[i].at == (unsigned) at) {
            return; /* it was said already, by somebody or for something */
        }
    }

    step = &plan->step[plan->count++];
    step->at = (unsigned) at;
    step->value = value;
    step->before = c->list.control[at].value;
    step->asked = asked;
}


/* Off first.  What the automatic had found stays, unless it is wanted
 * otherwise: some cameras fall back to a value of long ago. */
static void
plan_off(const gms_v4l2_controls_t *c, gms_v4l2_plan_t *plan,
    const gms_settings_t *wanted, unsigned automatic)
{
    int at;

    plan_add(c, plan, controls_at(c, controls_ruled[automatic].automatic),
        controls_ruled[automatic].off, true);

    for (int i = 0; i < 2; i++) {
        at = controls_at(c, controls_ruled[automatic].ruled[i]);

        if (at != -1
            && gms_settings_find(wanted, c->list.control[at].name) == NULL) {
            plan_add(c, plan, at, c->list.control[at].value, false);
        }
    }
}


static int
plan_make(const gms_v4l2_controls_t *c, gms_v4l2_plan_t *plan,
    const gms_settings_t *wanted, unsigned *bad, char *err, size_t err_size)
{
    const gms_setting_t *automatic;
    int                  at, ruler;
    bool                 runs;

    plan->count = 0;

    for (unsigned i = 0; i < GMS_V4L2_AUTOMATICS; i++) {
        at = controls_at(c, controls_ruled[i].automatic);
        automatic = at == -1
            ? NULL
            : gms_settings_find(wanted, c->list.control[at].name);

        if (automatic != NULL && automatic->value == controls_ruled[i].off
            && controls_runs(c, i))
        {
            plan_off(c, plan, wanted, i);

        } else if (automatic != NULL) {
            plan_add(c, plan, at, automatic->value, true);
        }
    }

    for (unsigned i = 0; i < wanted->count; i++) {
        at = controls_named(c, wanted->setting[i].name);
        ruler = at == -1 ? -1 : controls_ruler(c, c->of[at].id);

        if (ruler != -1) {
            automatic = gms_settings_find(wanted,
                c->list.control[controls_at(c, controls_ruled[ruler].automatic)]
                    .name);
            runs = automatic != NULL
                ? automatic->value != controls_ruled[ruler].off
                : controls_runs(c, (unsigned) ruler);

            if (runs && automatic != NULL) {
                *bad = i;
                snprintf(err, err_size, "%s is the camera's own while %s is on",
                    wanted->setting[i].name, automatic->name);
                return GMS_EINVALID;
            }

            if (runs) {
                plan_off(c, plan, wanted, (unsigned) ruler);
            }
        }

        plan_add(c, plan, at, wanted->setting[i].value, true);
    }

    return GMS_OK;
}


static int
plan_step(gms_v4l2_controls_t *c, unsigned at, int32_t value)
{
    struct v4l2_control v;

    memset(&v, 0, sizeof(v));
    v.id = c->of[at].id;
    v.value = value;

    return gms_v4l2_ioctl(c->device, VIDIOC_S_CTRL, &v);
}


static int
plan_run(
    gms_v4l2_controls_t *c, gms_v4l2_plan_t *plan, char *err, size_t err_size)
{
    char                   what[GMS_CONTROL_NAME_SIZE + 16];
    int                    error = 0;
    unsigned               i;
    const gms_v4l2_step_t *step;

    for (i = 0; i < plan->count; i++) {
        step = &plan->step[i];
        error = plan_step(c, step->at, step->value);

        if (error != 0 && step->asked) {
            break;
        }
    }

    if (i == plan->count) {
        return GMS_OK;
    }

    snprintf(what, sizeof(what), "to set %s",
        c->list.control[plan->step[i].at].name);

    while (i-- > 0) {
        (void) plan_step(c, plan->step[i].at, plan->step[i].before);
    }

    return gms_v4l2_refused(c->device, what, error, err, err_size);
}


/* What is set now is what shall be set after the camera was away. */
static void
plan_keep(const gms_v4l2_controls_t *c, const gms_v4l2_plan_t *plan,
    const gms_settings_t *wanted, gms_settings_t *kept)
{
    const gms_control_t *control;
    bool                 asked;

    asked = wanted->count > 0 && wanted->setting[0].asked;

    for (unsigned i = 0; i < plan->count; i++) {
        control = &c->list.control[plan->step[i].at];
        gms_settings_put(kept, control->name, control->value, asked);
    }

    for (unsigned i = 0; i < c->list.count; i++) {
        if (c->list.control[i].rule == GMS_CONTROL_AUTOMATIC) {
            gms_settings_remove(kept, c->list.control[i].name);
        }
    }
}


int
gms_v4l2_controls_set(gms_v4l2_controls_t *c, const gms_settings_t *wanted,
    gms_settings_t *kept, unsigned *bad, char *err, size_t err_size)
{
    int             rc;
    gms_v4l2_plan_t plan;

    gms_v4l2_controls_read(c);

    for (*bad = 0; *bad < wanted->count; ++*bad) {
        rc = controls_check(c, &wanted->setting[*bad], err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    rc = plan_make(c, &plan, wanted, bad, err, err_size);

    if (rc == GMS_OK) {
        rc = plan_run(c, &plan, err, err_size);
        gms_v4l2_controls_read(c);
        c->revision++;
    }

    if (rc != GMS_OK) {
        return rc;
    }

    for (unsigned i = 0; i < plan.count; i++) {
        controls_moved(c, plan.step[i].at, plan.step[i].before);
    }

    plan_keep(c, &plan, wanted, kept);

    return GMS_OK;
}


static void
controls_told(gms_v4l2_controls_t *c, const struct v4l2_event *event)
{
    const struct v4l2_event_ctrl *told = &event->u.ctrl;
    gms_control_t                *control;
    int32_t                       before;
    int                           at;

    at = controls_at(c, event->id);
    if (at == -1) {
        return;
    }

    control = &c->list.control[at];
    before = control->value;

    if (told->changes & V4L2_EVENT_CTRL_CH_FLAGS) {
        c->of[at].flags = told->flags;
    }

    if (told->changes & V4L2_EVENT_CTRL_CH_RANGE
        && told->minimum <= told->maximum) {
        control->min = told->minimum;
        control->max = told->maximum;
        control->step = told->step;
        control->preset = told->default_value;
    }

    if (told->changes & V4L2_EVENT_CTRL_CH_VALUE) {
        control->value = told->value;
        controls_moved(c, (unsigned) at, before);
    }

    controls_rules(c);
    c->revision++;
}


int
gms_v4l2_controls_events(gms_v4l2_controls_t *c, char *err, size_t err_size)
{
    struct v4l2_event event;

    for (int i = 0; i < GMS_V4L2_EVENTS_MAX; i++) {
        memset(&event, 0, sizeof(event));

        if (gms_v4l2_ioctl(c->device, VIDIOC_DQEVENT, &event) != 0) {
            break;
        }

        if (event.type == V4L2_EVENT_SOURCE_CHANGE
            || event.type == V4L2_EVENT_EOS) {
            snprintf(err, err_size,
                event.type == V4L2_EVENT_EOS
                    ? "the camera at %s ended its stream"
                    : "the camera at %s changed the size of its pictures: it "
                      "is opened anew",
                c->device->path);
            return GMS_ECAMERA_GONE;
        }

        if (event.type == V4L2_EVENT_CTRL) {
            controls_told(c, &event);
        }

        if (event.pending == 0) {
            break;
        }
    }

    return GMS_OK;
}


void
gms_v4l2_controls_look(gms_v4l2_controls_t *c)
{
    int32_t before;

    for (unsigned i = 0; i < c->list.count; i++) {
        before = c->list.control[i].value;

        if (controls_is_view(c->of[i].id)
            && controls_get(c, i, &c->list.control[i].value) == 0
            && c->list.control[i].value != before)
        {
            controls_moved(c, i, before);
            c->revision++;
        }
    }
}
