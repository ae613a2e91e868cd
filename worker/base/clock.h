/* gms_clock: instants in nanoseconds. */

#ifndef GMS_CLOCK_H
#define GMS_CLOCK_H

#include <stdint.h>

#define GMS_US INT64_C(1000)
#define GMS_MS INT64_C(1000000)
#define GMS_S INT64_C(1000000000)

/* 2024-01-01: no program that reads this was built before. */
#define GMS_CLOCK_EARLIEST_NS (INT64_C(1704067200) * GMS_S)

int64_t gms_clock_mono_ns(void);   /* CLOCK_MONOTONIC: latency, gaps */
int64_t gms_clock_real_ns(void);   /* CLOCK_REALTIME: the record */
int64_t gms_clock_boot_ns(void);   /* CLOCK_BOOTTIME: generations */
int64_t gms_clock_thread_ns(void); /* CPU time of this thread */

/* Boot id as 32 hex digits and NUL, "" when the system has none. */
void gms_clock_boot_id(char id[33]);

#endif /* GMS_CLOCK_H */
