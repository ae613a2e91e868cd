/*
 * How many scenes of a table a test plays.  With the address sanitizer a
 * picture takes six times as long, and the code that looks at it is the same
 * for all of them: there every third scene does, and one picture a second.
 */

#ifndef T_LIB_SCENES_H
#define T_LIB_SCENES_H

#ifdef __SANITIZE_ADDRESS__
#define SCENES_EACH 3
#define SCENES_FEW true
#else
#define SCENES_EACH 1
#define SCENES_FEW false
#endif

#endif /* T_LIB_SCENES_H */
