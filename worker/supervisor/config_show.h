/*
 * gms_config_show: the configuration as an admin may see it: what was taken,
 * what waits, what was refused; passwords and tokens of cameras are masked.
 */

#ifndef GMS_CONFIG_SHOW_H
#define GMS_CONFIG_SHOW_H

#include "lanes.h"

/* What a camera's word shows to others: of an address neither user nor
 * password, nor the values of its query.  malloc'ed; NULL: out of memory. */
char *gms_config_mask(const char *word);

/*
 * {"from","id","generation","pending","refused","ranges"} of /api/config,
 * malloc'ed; NULL: out of memory.
 *
 *   own      the worker's own ranges (--ranges), not nginx's
 *   refused  id of what was refused last, and why; "": nothing was since
 */
char *gms_config_show(
    const gms_lanes_t *lanes, bool own, uint64_t refused, const char *why);

#endif /* GMS_CONFIG_SHOW_H */
