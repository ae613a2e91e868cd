/*
 * gms_group_json: statistics as JSON, for pages, exports and `gmshoot stats`.
 * What is unknown is null.  Lengths are {mm, low_mm, high_mm} (the ends of an
 * interval of 95 % where there is one) and, at a known distance, {moa, smoa,
 * mrad} of the value.  NULL: out of memory.
 */

#ifndef GMS_GROUP_JSON_H
#define GMS_GROUP_JSON_H

#include <cjson/cJSON.h>

#include "group.h"
#include "sequence.h"

/* distance_mm 0: unknown. */
cJSON *gms_group_to_json(const gms_group_measures_t *m, double distance_mm);
/* flyer: number of the shot that may be one; NaN: none is. */
cJSON *gms_group_radii_to_json(
    const gms_group_radii_t *radii, double flyer, double distance_mm);
cJSON *gms_group_length_to_json(gms_interval_t length, double distance_mm);
cJSON *gms_sequence_drift_to_json(const gms_sequence_drift_t *drift);
cJSON *gms_sequence_first_to_json(const gms_first_shots_t *first);
cJSON *gms_sequence_splits_to_json(const gms_splits_t *splits);

#endif /* GMS_GROUP_JSON_H */
