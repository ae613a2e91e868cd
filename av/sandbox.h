/*
 * What a program that reads strangers' bytes with a large library may do: talk
 * over the sockets that it opens, use memory up to a limit, and read files.
 * It can start nothing, write no file, and look into no other process.
 */

#ifndef GMS_AV_SANDBOX_H
#define GMS_AV_SANDBOX_H

#include <stdbool.h>

/* For good; false: the kernel refuses, errno says why. */
bool gms_av_sandbox(void);

#endif /* GMS_AV_SANDBOX_H */
