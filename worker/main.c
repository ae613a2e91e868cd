/* gmshoot: one program, its subcommands in one table. */

#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} gms_subcommand_t;

static const gms_subcommand_t subcommands[] = { { "worker", gms_cmd_worker,
                                                    "run the lanes" },
    { "detect", gms_cmd_detect, "find the shots in a recording" },
    { "score", gms_cmd_score, "score shots given in millimetres" },
    { "stats", gms_cmd_stats, "say what a group of shots tells" },
    { "advise", gms_cmd_advise, "say what could be done about it" },
    { "rounds", gms_cmd_rounds, "sort shots into rounds by their times" },
    { "targets", gms_cmd_targets, "list the target faces" },
    { "courses", gms_cmd_courses, "list the courses of fire" },
    { "cameras", gms_cmd_cameras, "list the cameras at this computer" },
    { "ctl", gms_cmd_ctl, "command a running lane" },
    { "check", gms_cmd_check, "verify that journals are as they were written" },
    { "backup", gms_cmd_backup, "copy all that is recorded" },
    { "export", gms_cmd_export, "write a session as a file" },
    { "import", gms_cmd_import, "take in what was shot elsewhere" } };

#define GMS_SUBCOMMANDS (sizeof(subcommands) / sizeof(subcommands[0]))


static void
main_usage(FILE *out)
{
    size_t i;

    fputs("usage: gmshoot COMMAND [OPTIONS]\n\n", out);

    for (i = 0; i < GMS_SUBCOMMANDS; i++) {
        fprintf(out, "  %-8s %s\n", subcommands[i].name, subcommands[i].what);
    }

    fputs("\ngmshoot COMMAND --help tells more.\n", out);
}


int
main(int argc, char **argv)
{
    size_t i;

    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        main_usage(stdout);
        return 0;
    }

    for (i = 0; argc >= 2 && i < GMS_SUBCOMMANDS; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0) {
            return subcommands[i].run(argc - 1, argv + 1);
        }
    }

    main_usage(stderr);

    return 2;
}
