#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "trust.h"
#include "wire.h"

static struct {
    const char *host; /* NULL: nothing is verified */
    const char *ca;
    bool        believed;
    char        why[GMS_AV_SENTENCE_MAX];
} trust;


void
gms_av_trust(const char *host, const char *ca)
{
    trust.host = host;
    trust.ca = ca;
    trust.believed = false;
    trust.why[0] = '\0';
}


bool
gms_av_trusted(void)
{
    return trust.believed;
}


const char *
gms_av_distrust(void)
{
    return trust.why;
}


/* Those of the file in the place of those of the system. */
static bool
trust_file(gnutls_session_t session)
{
    gnutls_x509_trust_list_t         list;
    gnutls_certificate_credentials_t credentials;
    void                            *at = NULL;
    int                              n;

    if (gnutls_credentials_get(session, GNUTLS_CRD_CERTIFICATE, &at) < 0
        || at == NULL || gnutls_x509_trust_list_init(&list, 0) < 0)
    {
        snprintf(trust.why, sizeof(trust.why), "not enough memory");
        return false;
    }

    n = gnutls_x509_trust_list_add_trust_file(
        list, trust.ca, NULL, GNUTLS_X509_FMT_PEM, 0, 0);

    if (n <= 0) {
        snprintf(trust.why, sizeof(trust.why),
            "ca=%.200s holds no certificate that can be read", trust.ca);
        gnutls_x509_trust_list_deinit(list, 1);
        return false;
    }

    credentials = at;
    gnutls_certificate_set_trust_list(credentials, list, 0);

    return true;
}


static void
trust_failed(gnutls_session_t session)
{
    gnutls_datum_t words = { NULL, 0 };
    unsigned       status = gnutls_session_get_verify_cert_status(session);
    size_t         n;

    if (gnutls_certificate_verification_status_print(
            status, GNUTLS_CRT_X509, &words, 0)
        < 0)
    {
        snprintf(trust.why, sizeof(trust.why), "it cannot be verified");
        return;
    }

    n = words.size < sizeof(trust.why) ? words.size : sizeof(trust.why) - 1;
    memcpy(trust.why, words.data, n);

    while (n > 0 && (trust.why[n - 1] == ' ' || trust.why[n - 1] == '\0')) {
        n--;
    }
    trust.why[n] = '\0';
    gnutls_free(words.data);
}


/* Called by FFmpeg, again and again until it is done. */
int
gnutls_handshake(gnutls_session_t session)
{
    static int (*real)(gnutls_session_t);
    int rc;

    if (real == NULL) {
        *(void **) &real = dlsym(RTLD_NEXT, "gnutls_handshake");
    }

    if (real == NULL) {
        return GNUTLS_E_UNIMPLEMENTED_FEATURE;
    }

    if (trust.host == NULL) {
        return real(session);
    }

    /* the file once a session: it stays with that */
    if (gnutls_session_get_ptr(session) == NULL) {
        if (trust.ca[0] != '\0' && !trust_file(session)) {
            return GNUTLS_E_CERTIFICATE_ERROR;
        }
        gnutls_session_set_ptr(session, &trust);
        gnutls_session_set_verify_cert(session, trust.host, 0);
    }

    rc = real(session);
    trust.believed = rc == GNUTLS_E_SUCCESS;

    if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
        trust_failed(session);
    }

    return rc;
}
