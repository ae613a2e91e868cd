/* gmshoot worker: options of the supervisor. */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../base/log.h"
#include "cmd.h"
#include "../store/folder.h"
#include "../supervisor/supervisor.h"

#define GMS_LINK_PATH "/run/gmshoot/link.sock"


static void
worker_usage(FILE *out)
{
    fputs("usage: gmshoot worker [--state DIR] [--link SOCKET]\n"
          "                      [--ranges FILE.conf] [--targets FILE]\n"
          "                      [--debug]\n"
          "\n"
          "Runs the lanes: captures, detects, scores, journals, and serves\n"
          "nginx over the link.  Lanes come from nginx's configuration, or\n"
          "from FILE.conf without nginx.\n"
          "\n"
          "  --state DIR     journals and memory (" GMS_STATE_DIR ")\n"
          "  --link SOCKET   where nginx dials (" GMS_LINK_PATH ")\n"
          "  --ranges FILE   gmshoot_range blocks; nginx's are refused then\n"
          "  --targets FILE  target library for --ranges ($GMSHOOT_TARGETS, "
          "else\n"
          "                  conf/targets.conf or the installed one)\n"
          "  --debug         logs more\n",
        out);
}


int
gms_cmd_worker(int argc, char **argv)
{
    static const struct option options[] = { { "state", required_argument, NULL,
                                                 's' },
        { "link", required_argument, NULL, 'l' },
        { "ranges", required_argument, NULL, 'r' },
        { "targets", required_argument, NULL, 't' },
        { "debug", no_argument, NULL, 'd' }, { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 } };
    gms_supervisor_options_t   o;
    int                        c;

    memset(&o, 0, sizeof(o));
    o.state_dir = GMS_STATE_DIR;
    o.link = GMS_LINK_PATH;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            o.state_dir = optarg;
            break;
        case 'l':
            o.link = optarg;
            break;
        case 'r':
            o.ranges = optarg;
            break;
        case 't':
            o.targets = optarg;
            break;
        case 'd':
            gms_log_threshold(GMS_LOG_DEBUG);
            break;
        case 'h':
            worker_usage(stdout);
            return 0;
        default:
            worker_usage(stderr);
            return 2;
        }
    }

    if (optind < argc) {
        worker_usage(stderr);
        return 2;
    }

    return gms_supervisor_run(&o);
}
