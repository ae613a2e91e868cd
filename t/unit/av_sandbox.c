/* What the program that reads strangers' video can and cannot do. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "av/sandbox.h"

static int  written;    /* a file that was open before */


static long
start_program(void)
{
    char *const none[] = { NULL };

    return execve("/bin/true", none, none);
}


static long
start_process(void)
{
    return fork();
}


static long
signal_parent(void)
{
    return kill(getppid(), 0);
}


static long
listen_to_parent(void)
{
    return syscall(SYS_pidfd_open, getppid(), 0);
}


static long
remove_file(void)
{
    return unlink("/nonexistent");
}


static long
open_to_write(void)
{
    return open("/dev/null", O_WRONLY);
}


static long
open_to_write_and_read(void)
{
    return open("/dev/null", O_RDWR);
}


static long
open_the_old_way(void)
{
#ifdef SYS_open
    return syscall(SYS_open, "/dev/null", O_RDWR);
#else
    return open_to_write_and_read();
#endif
}


static long
write_file(void)
{
    return write(written, "x", 1);
}


static long
take_memory(void)
{
    return mmap(NULL, 3UL << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
           == MAP_FAILED ? -1 : 0;
}


static long
read_file(void)
{
    return open("/dev/null", O_RDONLY);
}


static long
open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}


static const struct {
    long  (*try)(void);
    int    error;   /* 0: it may */
    bool   always;  /* with the sanitizers, too: those report into files */
} tries[] = {
    { start_program, EPERM, true },
    { start_process, EPERM, true },
    { signal_parent, EPERM, true },
    { listen_to_parent, EPERM, true },
    { remove_file, EPERM, true },
    { open_to_write, EACCES, false },
    { open_to_write_and_read, EACCES, false },
    { open_the_old_way, EACCES, false },
    { write_file, EFBIG, false },
    { take_memory, ENOMEM, false },
    { read_file, 0, true },
    { open_socket, 0, true },
};


/* In a process of its own, since there is no way out: which of the tries ended
 * otherwise than it must, counted from one; 0: none. */
static int
wrong(void)
{
    int  error;

    (void) signal(SIGXFSZ, SIG_IGN);

    if (!gms_av_sandbox()) {
        return 99;
    }

    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
#ifdef __SANITIZE_ADDRESS__
        if (!tries[i].always) {
            continue;
        }
#endif
        errno = 0;
        error = tries[i].try() < 0 ? errno : 0;

        if (error != tries[i].error) {
            return (int) i + 1;
        }
    }

    return 0;
}


static void
it_reads_and_talks_and_does_nothing_else(void **state)
{
    int    status;
    pid_t  pid;

    (void) state;

    written = memfd_create("written", MFD_CLOEXEC);
    assert_true(written >= 0);

    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        _exit(wrong());
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    close(written);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "it reads and talks, and does nothing else",
            .test_func = it_reads_and_talks_and_does_nothing_else },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
