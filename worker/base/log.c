/* gms_log: see log.h. */

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

/* A line goes out in one write, so that lines of several processes on one
 * stderr do not mix: pipes promise that up to PIPE_BUF (4096). */
#define GMS_LOG_LINE 4096

#define GMS_LOG_NAME 64

/* The identity is written once or twice in the life of a process and read
 * with every line; the lock is never contended on the frame path, which
 * does not log. */
static pthread_mutex_t gms_log_lock = PTHREAD_MUTEX_INITIALIZER;
static char            gms_log_component[GMS_LOG_NAME] = "gmshoot";
static char            gms_log_lane[GMS_LOG_NAME];
static _Atomic int     gms_log_least = GMS_LOG_INFO;

static const char *const gms_log_level_name[] = { "debug", "info", "warn",
    "error", "alert" };


void
gms_log_identity(const char *component, const char *lane)
{
    pthread_mutex_lock(&gms_log_lock);
    gms_log_escape(gms_log_component, sizeof(gms_log_component), component);
    gms_log_escape(gms_log_lane, sizeof(gms_log_lane), lane);
    pthread_mutex_unlock(&gms_log_lock);
}


void
gms_log_threshold(gms_log_level_e level)
{
    atomic_store(&gms_log_least, (int) level);
}


static size_t
gms_log_head(char *line, size_t size, gms_log_level_e level, const char *msg)
{
    char            text[256];
    int             n;
    struct tm       tm;
    struct timespec ts;

    if (clock_gettime(CLOCK_REALTIME, &ts) != 0
        || gmtime_r(&ts.tv_sec, &tm) == NULL)
    {
        memset(&ts, 0, sizeof(ts));
        memset(&tm, 0, sizeof(tm));
    }

    gms_log_escape(text, sizeof(text), msg);

    pthread_mutex_lock(&gms_log_lock);

    n = snprintf(line, size,
        "{\"ts\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\","
        "\"level\":\"%s\",\"msg\":\"%s\",\"component\":\"%s\"",
        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
        tm.tm_sec, ts.tv_nsec / 1000000, gms_log_level_name[level], text,
        gms_log_component);

    if (n > 0 && gms_log_lane[0] != '\0') {
        n += snprintf(
            line + n, size - (size_t) n, ",\"lane\":\"%s\"", gms_log_lane);
    }

    pthread_mutex_unlock(&gms_log_lock);

    return n > 0 ? (size_t) n : 0;
}


void
gms_log(gms_log_level_e level, const char *msg, const char *facts, ...)
{
    int     n;
    char    line[GMS_LOG_LINE];
    size_t  head, size, room;
    va_list args;

    if ((int) level < atomic_load(&gms_log_least) || level > GMS_LOG_ALERT) {
        return;
    }

    /* text, names and stamps are bounded: the head takes at most half */
    head = gms_log_head(line, sizeof(line) / 2, level, msg);
    size = head;
    room = sizeof(line) - 32;

    if (facts != NULL) {
        line[size++] = ',';

        va_start(args, facts);
        n = vsnprintf(line + size, room - size, facts, args);
        va_end(args);

        if (n < 0 || (size_t) n >= room - size) {
            /* half a fact would break the line for every reader of logs */
            size = head;
            size += (size_t) sprintf(line + size, ",\"truncated\":true");

        } else {
            size += (size_t) n;
        }
    }

    line[size++] = '}';
    line[size++] = '\n';

    while (write(STDERR_FILENO, line, size) < 0 && errno == EINTR) {
        /* try again */
    }
}


/* Length of the well-formed UTF-8 sequence at s, 0 when there is none. */
static unsigned
gms_log_utf8(const unsigned char *s)
{
    unsigned n;

    if (s[0] < 0xc2 || s[0] > 0xf4) {
        return 0;
    }

    n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    for (unsigned i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)
        || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
    {
        return 0;
    }

    return n;
}


const char *
gms_log_escape(char *buf, unsigned size, const char *text)
{
    char                 piece[8];
    unsigned             n, used;
    const unsigned char *s;

    if (size == 0) {
        return "";
    }

    used = 0;
    s = (const unsigned char *) (text != NULL ? text : "");

    while (*s != '\0') {
        unsigned step = 1;

        if (*s == '"' || *s == '\\') {
            n = (unsigned) snprintf(piece, sizeof(piece), "\\%c", *s);

        } else if (*s < 0x20 || *s == 0x7f) {
            n = (unsigned) snprintf(piece, sizeof(piece), "\\u%04x", *s);

        } else if (*s < 0x80) {
            piece[0] = (char) *s;
            n = 1;

        } else {
            step = n = gms_log_utf8(s);

            if (n == 0) {
                piece[0] = '?';
                step = n = 1;
            } else {
                memcpy(piece, s, n);
            }
        }

        if (used + n >= size) {
            break;
        }

        memcpy(buf + used, piece, n);
        used += n;
        s += step;
    }

    buf[used] = '\0';

    return buf;
}
