/* gms_ptz: see ptz.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "credentials.h"
#include "http_headers.h"
#include "http_place.h"
#include "http_trust.h"
#include "ptz.h"
#include "../../ipc/error.h"

/* Who waits for the answer waits three seconds. */
#define GMS_PTZ_CONNECT_MS 2000L
#define GMS_PTZ_WHOLE_MS 2500L

#define GMS_PTZ_FILE_MAX (16 * 1024)
#define GMS_PTZ_ANSWER_MAX (64 * 1024)
#define GMS_PTZ_URL_MAX 1400
#define GMS_PTZ_MARK "{preset}"

struct gms_ptz_s {
    CURLM             *multi;
    CURL              *easy;
    struct curl_slist *headers;
    char              *text; /* of the file, the preset filled in */
    size_t             answered;
    char               place[GMS_HTTP_PLACE_MAX];
    char               why[CURL_ERROR_SIZE]; /* a certificate is not believed */
};


bool
gms_ptz_has(const gms_camera_t *camera)
{
    return gms_camera_option(camera, "presets") != NULL;
}


void
gms_ptz_end(gms_ptz_t *ptz)
{
    if (ptz == NULL) {
        return;
    }

    if (ptz->multi != NULL && ptz->easy != NULL) {
        curl_multi_remove_handle(ptz->multi, ptz->easy);
    }

    curl_easy_cleanup(ptz->easy);
    curl_multi_cleanup(ptz->multi);
    curl_slist_free_all(ptz->headers);

    if (ptz->text != NULL) {
        explicit_bzero(ptz->text, strlen(ptz->text));
        free(ptz->text);
    }

    free(ptz);
}


/* What the camera says beside its status nobody reads. */
static size_t
ptz_on_body(char *part, size_t one, size_t size, void *data)
{
    gms_ptz_t *ptz = data;

    (void) part;
    (void) one;
    ptz->answered += size;

    return ptz->answered > GMS_PTZ_ANSWER_MAX ? 0 : size;
}


/* The text with each mark replaced; NULL: no memory, or there is none. */
static char *
ptz_fill(const char *text, int preset, int *marks)
{
    char        number[16], *filled, *to;
    const char *mark;
    size_t      n;

    snprintf(number, sizeof(number), "%d", preset);
    n = strlen(number);
    *marks = 0;

    /* a number is never longer than the mark that it takes the place of */
    filled = malloc(strlen(text) + 1);
    if (filled == NULL) {
        return NULL;
    }

    to = filled;

    while ((mark = strstr(text, GMS_PTZ_MARK)) != NULL) {
        memcpy(to, text, (size_t) (mark - text));
        to += mark - text;
        memcpy(to, number, n);
        to += n;
        text = mark + strlen(GMS_PTZ_MARK);
        ++*marks;
    }

    strcpy(to, text);

    return filled;
}


static int
ptz_read(gms_ptz_t *ptz, const gms_camera_t *camera, int preset, char *err,
    size_t err_size)
{
    char   text[GMS_PTZ_FILE_MAX + 1];
    size_t n;
    FILE  *file;
    int    rc, marks;

    rc = gms_credentials_open(&file, camera, "presets", err, err_size);
    if (rc != GMS_OK || file == NULL) {
        return rc != GMS_OK ? rc : GMS_EINVALID;
    }

    n = fread(text, 1, sizeof(text), file);
    fclose(file);

    if (n == 0 || n == sizeof(text) || memchr(text, '\0', n) != NULL) {
        snprintf(err, err_size,
            "presets=%s must be the text of a request, of at most %d bytes",
            gms_camera_option(camera, "presets"), GMS_PTZ_FILE_MAX);
        rc = GMS_ECAMERA_GONE;

    } else {
        text[n] = '\0';
        ptz->text = ptz_fill(text, preset, &marks);

        if (ptz->text == NULL) {
            snprintf(err, err_size, "not enough memory for a request");
            rc = GMS_ENOMEM;

        } else if (marks == 0) {
            snprintf(err, err_size,
                "presets=%s has no " GMS_PTZ_MARK
                " where the number of the preset belongs",
                gms_camera_option(camera, "presets"));
            rc = GMS_ECAMERA_GONE;
        }
    }

    explicit_bzero(text, sizeof(text));

    return rc;
}


/* The next line without its end; NULL: there is none. */
static char *
ptz_line(char **at)
{
    char  *line = *at;
    size_t n;

    if (*line == '\0') {
        return NULL;
    }

    n = strcspn(line, "\n");
    *at = line + n + (line[n] == '\n');
    line[n] = '\0';

    if (n > 0 && line[n - 1] == '\r') {
        line[n - 1] = '\0';
    }

    return line;
}


/* METHOD URL */
static bool
ptz_first(gms_ptz_t *ptz, char *line)
{
    static const char *const methods[] = { "GET", "POST", "PUT", "PATCH" };
    char                    *url;

    url = line != NULL ? strchr(line, ' ') : NULL;

    if (url == NULL || strlen(url) > GMS_PTZ_URL_MAX
        || strpbrk(url + 1, " \t") != NULL)
    {
        return false;
    }

    *url++ = '\0';

    if (gms_http_place(ptz->place, sizeof(ptz->place), url) != GMS_OK) {
        return false;
    }

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(line, methods[i]) == 0) {
            return curl_easy_setopt(ptz->easy, CURLOPT_CUSTOMREQUEST, line)
                == CURLE_OK
                && curl_easy_setopt(ptz->easy, CURLOPT_URL, url) == CURLE_OK;
        }
    }

    return false;
}


/* The body goes as it stands, but for the end of its last line. */
static bool
ptz_body(gms_ptz_t *ptz, char *body)
{
    size_t n = strlen(body);

    while (n > 0 && (body[n - 1] == '\n' || body[n - 1] == '\r')) {
        body[--n] = '\0';
    }

    return n == 0
        || (curl_easy_setopt(ptz->easy, CURLOPT_POSTFIELDS, body) == CURLE_OK
            && curl_easy_setopt(ptz->easy, CURLOPT_POSTFIELDSIZE, (long) n)
                == CURLE_OK);
}


/* Line 1 is the request, headers follow, an empty line, the body. */
static int
ptz_parse(gms_ptz_t *ptz, const char *path, char *err, size_t err_size)
{
    char    *at = ptz->text, *line;
    unsigned n = 1;

    if (!ptz_first(ptz, ptz_line(&at))) {
        snprintf(err, err_size,
            "presets=%s, line 1 must be a method (GET, POST, PUT, PATCH), a "
            "blank and a URL, such as POST http://192.168.1.20/zoom/preset",
            path);
        return GMS_ECAMERA_GONE;
    }

    while ((line = ptz_line(&at)) != NULL && *line != '\0') {
        if (++n > GMS_HTTP_HEADERS_MAX + 1 || !gms_http_headers_sound(line)) {
            snprintf(err, err_size,
                "presets=%s, line %u: a line must be Name: value, and there "
                "may be %d; an empty line stands before the body",
                path, n, GMS_HTTP_HEADERS_MAX);
            return GMS_ECAMERA_GONE;
        }

        if (!gms_http_headers_add(&ptz->headers, line)) {
            snprintf(err, err_size, "not enough memory for a request");
            return GMS_ENOMEM;
        }
    }

    /* no pause for a 100 that small cameras do not know */
    if (!gms_http_headers_add(&ptz->headers, "Expect:") || !ptz_body(ptz, at)) {
        snprintf(err, err_size, "not enough memory for a request");
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


static bool
ptz_configure(gms_ptz_t *ptz)
{
    CURL *e = ptz->easy;

    return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
        && curl_easy_setopt(
               e, CURLOPT_HTTPAUTH, (long) (CURLAUTH_BASIC | CURLAUTH_DIGEST))
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, GMS_PTZ_CONNECT_MS)
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, GMS_PTZ_WHOLE_MS) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_USERAGENT, "gmshoot") == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_HTTPHEADER, ptz->headers) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ptz_on_body) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_WRITEDATA, ptz) == CURLE_OK
        && curl_multi_add_handle(ptz->multi, e) == CURLM_OK;
}


static int
ptz_prepare(gms_ptz_t *ptz, const gms_camera_t *camera, int preset, char *err,
    size_t err_size)
{
    gms_credentials_t credentials;
    int               rc;
    bool              fine;

    ptz->easy = gms_http_ready() ? curl_easy_init() : NULL;
    ptz->multi = curl_multi_init();

    if (ptz->easy == NULL || ptz->multi == NULL) {
        snprintf(err, err_size, "not enough memory for a request");
        return GMS_ENOMEM;
    }

    rc = ptz_read(ptz, camera, preset, err, err_size);

    if (rc == GMS_OK) {
        rc =
            ptz_parse(ptz, gms_camera_option(camera, "presets"), err, err_size);
    }

    if (rc == GMS_OK) {
        rc = gms_credentials_read(&credentials, camera, err, err_size);
    }

    if (rc != GMS_OK) {
        return rc;
    }

    fine = ptz_configure(ptz) && gms_http_trust(ptz->easy, camera, ptz->why)
        && (credentials.user[0] == '\0'
            || (curl_easy_setopt(ptz->easy, CURLOPT_USERNAME, credentials.user)
                    == CURLE_OK
                && curl_easy_setopt(
                       ptz->easy, CURLOPT_PASSWORD, credentials.password)
                    == CURLE_OK));
    gms_credentials_forget(&credentials);

    if (!fine) {
        snprintf(err, err_size, "not enough memory for a request");
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


int
gms_ptz_begin(gms_ptz_t **ptz, const gms_camera_t *camera, int preset,
    char *err, size_t err_size)
{
    gms_ptz_t *made;
    int        rc;

    made = calloc(1, sizeof(*made));
    if (made == NULL) {
        snprintf(err, err_size, "not enough memory for a request");
        return GMS_ENOMEM;
    }

    rc = ptz_prepare(made, camera, preset, err, err_size);
    if (rc != GMS_OK) {
        gms_ptz_end(made);
        return rc;
    }

    *ptz = made;

    return GMS_OK;
}


static int
ptz_answer(const gms_ptz_t *ptz, CURLcode code, char *err, size_t err_size)
{
    long status = 0;

    if (code == CURLE_OPERATION_TIMEDOUT) {
        snprintf(err, err_size, "%s did not answer in time", ptz->place);
        return GMS_ECAMERA_GONE;
    }

    if (code == CURLE_WRITE_ERROR) {
        snprintf(err, err_size, "%s answers with more than %d KiB", ptz->place,
            GMS_PTZ_ANSWER_MAX / 1024);
        return GMS_ECAMERA_GONE;
    }

    if (gms_http_distrusts(code, ptz->place, ptz->why, err, err_size)) {
        return GMS_ECAMERA_GONE;
    }

    if (code != CURLE_OK) {
        snprintf(err, err_size, "%s cannot be reached: %s", ptz->place,
            curl_easy_strerror(code));
        return GMS_ECAMERA_GONE;
    }

    curl_easy_getinfo(ptz->easy, CURLINFO_RESPONSE_CODE, &status);

    if (status < 200 || status > 299) {
        snprintf(err, err_size, "%s answers %ld to the preset%s", ptz->place,
            status,
            status == 401 ? ": it wants a user and a password, see credentials="
                          : "");
        return GMS_ECAMERA_GONE;
    }

    return GMS_OK;
}


int
gms_ptz_drive(gms_ptz_t *ptz, char *err, size_t err_size)
{
    int      running, left;
    CURLMsg *msg;

    if (curl_multi_perform(ptz->multi, &running) != CURLM_OK) {
        return ptz_answer(ptz, CURLE_FAILED_INIT, err, err_size);
    }

    while ((msg = curl_multi_info_read(ptz->multi, &left)) != NULL) {
        if (msg->msg == CURLMSG_DONE) {
            return ptz_answer(ptz, msg->data.result, err, err_size);
        }
    }

    return GMS_EAGAIN;
}
