/*
 * gms_problem: a refusal as a problem document (RFC 9457).
 * Every type is explained in docs/problems.md.
 */

#ifndef GMS_PROBLEM_H
#define GMS_PROBLEM_H

/*
 * {"type":"/docs/problems#<type>","title":..,"status":..,"detail":..,
 * "errors":[{"pointer":..,"detail":..}]} in one line, malloc'ed; NULL: out of
 * memory.  title is what a shooter understands, detail what an admin acts on.
 * pointer is the JSON pointer (RFC 6901) of a bad field, NULL: no "errors";
 * pointer_detail NULL: the detail stands for it.
 */
char *gms_problem(int status, const char *type, const char *title,
    const char *detail, const char *pointer, const char *pointer_detail);

#endif /* GMS_PROBLEM_H */
