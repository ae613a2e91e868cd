/*
 * gms_rules: the rules of advice as a file holds them.
 */

#ifndef GMS_RULES_H
#define GMS_RULES_H

#include "../session/rulebook.h"

/* The file: `option` (of --advice, or NULL), else $GMSHOOT_ADVICE, else
 * advice.json where targets.conf is looked for.  A negative error with a
 * sentence that names file and place; book is then empty. */
int gms_rules_load(
    gms_rulebook_t *book, const char *option, char *err, size_t err_size);

#endif /* GMS_RULES_H */
