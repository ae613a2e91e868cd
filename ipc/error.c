#include "error.h"

#include <stddef.h>


static const char *const gms_error_texts[] = {
    [GMS_OK] = "done",
    [-GMS_EAGAIN] = "nothing there yet",
    [-GMS_EOVERTAKEN] = "overtaken by the writer",
    [-GMS_ENOTFOUND] = "not found",
    [-GMS_ETOOBIG] = "larger than allowed",
    [-GMS_ECORRUPT] = "bytes that break the contract",
    [-GMS_EVERSION] = "another layout or protocol version",
    [-GMS_ENOMEM] = "out of memory",
    [-GMS_ESYS] = "the operating system refused",
    [-GMS_EUNSEALED] = "shared memory without its seals",
    [-GMS_EINVALID] = "not valid",
    [-GMS_ETIMEOUT] = "too late",
    [-GMS_EEND] = "at the end",
    [-GMS_ECAMERA_GONE] = "the camera is gone",
    [-GMS_EBAD_FRAME] = "an unusable frame",
    [-GMS_ESTORE_FULL] = "the disk is full",
    [-GMS_ESTORE] = "the journal cannot be written or read",
    [-GMS_EUNSURE] = "the calibration is not sure enough",
    [-GMS_ESTATE] = "not possible in this state of the session",
    [-GMS_ESTALE] = "changed since it was looked at",
    [-GMS_EFORBIDDEN] = "not allowed to whoever asks",
};

#define GMS_ERROR_TEXTS                                                        \
    ((int) (sizeof(gms_error_texts) / sizeof(gms_error_texts[0])))


const char *
gms_strerror(int error)
{
    /* Compared before it is negated: -INT_MIN does not exist. */
    if (error > 0 || error <= -GMS_ERROR_TEXTS) {
        return "unknown error";
    }

    return gms_error_texts[-error];
}
