#include "builtin.h"
#include "../../ipc/error.h"
int gms_memory_save(const gms_builtin_t *run,
    const gms_detector_config_t *config, const char *path){(void)run;(void)config;(void)path;return GMS_ESYS;}
int gms_memory_load(gms_builtin_t *run, const gms_detector_config_t *config,
    const char *path){(void)run;(void)config;(void)path;return GMS_ESYS;}
