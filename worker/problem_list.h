/*
 * gms_problem_list: what is wrong with a lane, as JSON, on its way from the
 * lane to the supervisor and from there to the archive, which keeps a record.
 */

#ifndef GMS_PROBLEM_LIST_H
#define GMS_PROBLEM_LIST_H

#include <stdbool.h>

/* A list with one problem, malloc'ed; NULL: out of memory. */
char *gms_problem_list_of(
    const char *type, const char *title, const char *detail);

/* Over the link fd, to be known as the lane's.  False: it was not taken. */
bool gms_problem_list_send(int fd, const char *lane, const char *list);

#endif /* GMS_PROBLEM_LIST_H */
