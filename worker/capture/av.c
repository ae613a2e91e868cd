/* gms_av: see av.h. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "av.h"
#include "../../av/wire.h"
#include "../../ipc/error.h"

#define GMS_AV_PROGRAM "gmshoot-av"

/* Room for some pictures, so that it is not held up while this is busy. */
#define GMS_AV_PIPE (1024 * 1024)


void
gms_av_init(gms_av_t *av)
{
    av->pid = 0;
    av->to = av->from = -1;
}


/* Beside this program: both are built and installed together. */
static bool
av_program(char *path, size_t size)
{
    ssize_t n;
    char   *slash;

    n = readlink("/proc/self/exe", path, size - sizeof(GMS_AV_PROGRAM));
    if (n <= 0) {
        return false;
    }

    path[n] = '\0';
    slash = strrchr(path, '/');
    if (slash == NULL) {
        return false;
    }

    strcpy(slash + 1, GMS_AV_PROGRAM);

    return access(path, X_OK) == 0;
}


static int
av_spawn(gms_av_t *av, const char *path, int in, int out, int fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t          attr;
    sigset_t                   none, all;
    int                        rc;

    static char *env[] = { NULL };
    static char  name[] = GMS_AV_PROGRAM;
    char *const  argv[] = { name, NULL };

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setflags(
        &attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    posix_spawn_file_actions_init(&actions);
    rc = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    rc = rc != 0
        ? rc
        : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    rc = rc != 0 ? rc
                 : posix_spawn_file_actions_addopen(
                     &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    rc = rc != 0
        ? rc
        : posix_spawn_file_actions_adddup2(&actions, fd, GMS_AV_MEMORY);
    rc = rc != 0
        ? rc
        : posix_spawn_file_actions_addclosefrom_np(&actions, GMS_AV_MEMORY + 1);
    rc = rc != 0 ? rc : posix_spawn(&av->pid, path, &actions, &attr, argv, env);

    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);

    if (rc != 0) {
        av->pid = 0;
        errno = rc;
    }

    return rc == 0 ? GMS_OK : GMS_ESYS;
}


static int
av_pipes(gms_av_t *av, const char *path, int fd)
{
    int in[2] = { -1, -1 }, out[2] = { -1, -1 }, rc;

    /* of the two, a socket can be written to without a signal when nobody is
     * there any more */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0
        || pipe2(out, O_CLOEXEC) != 0)
    {
        if (in[0] != -1) {
            close(in[0]);
            close(in[1]);
        }
        return GMS_ESYS;
    }

    av->to = in[1];
    av->from = out[0];
    fcntl(av->from, F_SETPIPE_SZ, GMS_AV_PIPE);

    rc = fcntl(av->from, F_SETFL, O_NONBLOCK) == 0
        ? av_spawn(av, path, in[0], out[1], fd)
        : GMS_ESYS;

    close(in[0]);
    close(out[1]);

    return rc;
}


int
gms_av_start(gms_av_t *av, int fd, char *err, size_t err_size)
{
    char path[4096];

    if (!av_program(path, sizeof(path))) {
        snprintf(err, err_size, "video needs the program %s beside gmshoot",
            GMS_AV_PROGRAM);
        return GMS_ECAMERA_GONE;
    }

    if (av_pipes(av, path, fd) != GMS_OK) {
        snprintf(err, err_size, "%s cannot be started: %s", GMS_AV_PROGRAM,
            strerror(errno));
        return GMS_ECAMERA_GONE;
    }

    return GMS_OK;
}


void
gms_av_stop(gms_av_t *av)
{
    if (av->to != -1) {
        close(av->to);
    }

    if (av->from != -1) {
        close(av->from);
    }

    if (av->pid > 0) {
        kill(av->pid, SIGKILL);
        while (waitpid(av->pid, NULL, 0) == -1 && errno == EINTR) {
            continue;
        }
    }

    gms_av_init(av);
}
