#include "t/lib/sample.h"

#include <glob.h>
#include <regex.h>
#include <stdlib.h>

#include "worker/base/problem.h"


static void
problems_are_documents(void **state)
{
    static const struct {
        int         status;
        const char *title, *detail, *pointer, *pointer_detail, *json;
    } cases[] = {
        { 409, "A session is already open", "end it first", NULL, NULL,
          "{\"type\":\"/docs/problems#x\",\"title\":\"A session is already "
          "open\",\"status\":409,\"detail\":\"end it first\"}" },
        { 422, "Not valid", "see errors", "/caliber_mm", "too \"large\"",
          "{\"type\":\"/docs/problems#x\",\"title\":\"Not valid\","
          "\"status\":422,\"detail\":\"see errors\",\"errors\":[{\"pointer\":"
          "\"/caliber_mm\",\"detail\":\"too \\\"large\\\"\"}]}" },
        { 422, "Not valid", "bad\n", "/x\xff", NULL,
          "{\"type\":\"/docs/problems#x\",\"title\":\"Not valid\","
          "\"status\":422,\"detail\":\"bad\\u000a\",\"errors\":[{\"pointer\":"
          "\"/x\xef\xbf\xbd\",\"detail\":\"bad\\u000a\"}]}" },
    };
    char   *json;
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json = gms_problem(cases[i].status, "x", cases[i].title,
            cases[i].detail, cases[i].pointer, cases[i].pointer_detail);
        assert_non_null(json);
        assert_string_equal(json, cases[i].json);
        free(json);
    }
}


static char *
text_of(const char *path)
{
    FILE   *f = fopen(path, "r");
    char   *text;
    size_t  size;

    assert_non_null(f);
    text = malloc(1024 * 1024);
    assert_non_null(text);
    size = fread(text, 1, 1024 * 1024 - 1, f);
    text[size] = '\0';
    fclose(f);
    return text;
}


/* Looks for calls like gms_problem(422, "invalid-field", ...): in each, the
 * first string after the name is the type. */
static int
check_calls(const char *path, const char *call, const char *docs)
{
    char       *text, *p, *begin, *end, heading[128];
    int         calls = 0;

    text = text_of(path);

    for (p = text; (p = strstr(p, call)) != NULL; /* void */) {
        p += strlen(call);
        begin = strpbrk(p, "\";{");

        if (begin == NULL || *begin != '"') {
            continue; /* a definition, or the type is a variable */
        }

        end = strchr(begin + 1, '"');
        assert_non_null(end);
        snprintf(heading, sizeof(heading), "\n## %.*s\n",
            (int) (end - begin - 1), begin + 1);
        calls++;

        if (strstr(docs, heading) == NULL) {
            fail_msg("%s: docs/problems.md lacks \"%s\"", path, heading + 4);
        }
    }

    free(text);
    return calls;
}


/* The module keeps its problems in tables: {404, "not-found", ...}. */
static int
check_tables(const char *path, const char *docs)
{
    char       *text, heading[128];
    const char *at;
    regex_t     row;
    regmatch_t  match[2];
    int         rows = 0;

    text = text_of(path);
    assert_int_equal(regcomp(&row, "[^0-9][45][0-9][0-9], \"([a-z-]+)\"",
        REG_EXTENDED), 0);

    for (at = text; regexec(&row, at, 2, match, 0) == 0;
         at += match[0].rm_eo)
    {
        snprintf(heading, sizeof(heading), "\n## %.*s\n",
            (int) (match[1].rm_eo - match[1].rm_so), at + match[1].rm_so);
        rows++;

        if (strstr(docs, heading) == NULL) {
            fail_msg("%s: docs/problems.md lacks \"%s\"", path, heading + 4);
        }
    }

    regfree(&row);
    free(text);
    return rows;
}


static void
every_problem_is_explained(void **state)
{
    static const char *const calls[] = {
        "gms_problem(", "gms_scorer_problem(", "peers_answer_problem(",
        "document_problem(", NULL
    };
    glob_t  files;
    char   *docs;
    size_t  i, k;
    int     found = 0;

    (void) state;

    docs = text_of("docs/problems.md");
    assert_int_equal(glob("worker/*.c", 0, NULL, &files), 0);
    assert_int_equal(glob("worker/*/*.c", GLOB_APPEND, NULL, &files), 0);

    for (i = 0; i < files.gl_pathc; i++) {
        for (k = 0; calls[k] != NULL; k++) {
            found += check_calls(files.gl_pathv[i], calls[k], docs);
        }
    }

    globfree(&files);
    assert_int_equal(glob("ngx_module/*.c", 0, NULL, &files), 0);

    for (i = 0; i < files.gl_pathc; i++) {
        found += check_tables(files.gl_pathv[i], docs);
    }

    globfree(&files);
    free(docs);
    print_message("# %d places\n", found);
    assert_true(found > 30);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a problem is one line of JSON that names its page",
          .test_func = problems_are_documents },
        { .name = "every problem that nginx or the worker reports is explained",
          .test_func = every_problem_is_explained },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
