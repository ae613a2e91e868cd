/*
 * gms_courses: the courses of fire that a command line names, read from the
 * same courses.conf that nginx includes.
 */

#ifndef GMS_COURSES_H
#define GMS_COURSES_H

#include <stddef.h>

#include "../session/course.h"

typedef struct {
    gms_course_t *course; /* in the order of the file; owned */
    int           courses;
} gms_courses_t;

/* From --courses (option, or NULL), $GMSHOOT_COURSES or courses.conf where
 * targets.conf is looked for; the faces that they name from --targets.
 * A negative error with a sentence in err; it is then empty. */
int gms_courses_load(gms_courses_t *courses, const char *option,
    const char *targets, char *err, size_t err_size);

/* NULL with a sentence that names the nearest when there is none. */
const gms_course_t *gms_courses_find(
    const gms_courses_t *courses, const char *name, char *err, size_t err_size);

void gms_courses_free(gms_courses_t *courses);

#endif /* GMS_COURSES_H */
