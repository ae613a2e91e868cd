/* gmshoot cameras: lists the cameras at this computer. */

#include <getopt.h>
#include <stdio.h>

#include "../capture/v4l2_list.h"
#include "cmd.h"

static const char help[] =
    "usage: gmshoot cameras\n"
    "\n"
    "Lists the cameras at this computer: device, name, what they give, and "
    "a line\n"
    "for the configuration of a lane.  One that is in use is listed, too.\n";


int
gms_cmd_cameras(int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        fputs(help, c == 'h' ? stdout : stderr);
        return c == 'h' ? 0 : 2;
    }

    if (optind != argc) {
        fputs(help, stderr);
        return 2;
    }

    if (gms_v4l2_list(&gms_v4l2_system, "/dev", stdout, stderr) == 0) {
        fputs("gmshoot cameras: no camera is plugged in here, or none may be "
              "looked at\n",
            stderr);
    }

    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
