#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "sandbox.h"

/* A decoder's pictures at 4K, and the libraries themselves. */
#define MEMORY_MAX (2UL << 30)
#define FILES_MAX 64


/* The sanitizers reserve terabytes of addresses, and report into files. */
static bool
sandbox_limits(void)
{
    const struct rlimit none = { 0, 0 };
    const struct rlimit files = { FILES_MAX, FILES_MAX };

#ifndef __SANITIZE_ADDRESS__
    const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

    if (setrlimit(RLIMIT_AS, &memory) != 0
        || setrlimit(RLIMIT_FSIZE, &none) != 0) {
        return false;
    }
#endif

    return setrlimit(RLIMIT_CORE, &none) == 0
        && setrlimit(RLIMIT_NOFILE, &files) == 0;
}


#ifdef __SANITIZE_ADDRESS__

/* Who looks for leaks traces this process from another: refused here. */
int
__lsan_is_turned_off(void)
{
    return 1;
}

#else

/* Opening a file for writing, in any way. */
static int
sandbox_writing(scmp_filter_ctx ctx)
{
    static const struct {
        int          call;
        unsigned int flags; /* the argument that holds them */
    } calls[] = { { SCMP_SYS(openat), 2 }, { SCMP_SYS(open), 1 } };

    static const unsigned int modes[] = { O_WRONLY, O_RDWR };

    size_t i;
    int    rc = 0;

    for (i = 0; i < 4 && rc == 0; i++) {
        rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), calls[i / 2].call, 1,
            SCMP_CMP(calls[i / 2].flags, SCMP_CMP_MASKED_EQ, modes[i % 2],
                modes[i % 2]));
    }

    return rc;
}

#endif


/* Names and files are looked up lazily by the C library, threads come and go:
 * so what is dangerous is refused, rather than what is needed allowed. */
static bool
sandbox_calls(void)
{
    scmp_filter_ctx ctx;
    size_t          i;
    int             rc;

    static const int refused[] = { SCMP_SYS(execve), SCMP_SYS(execveat),
        SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace),
        SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
        SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(kill),
        SCMP_SYS(tkill), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
        SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
        SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(unshare),
        SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(umount2),
        SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(creat),
        SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir), SCMP_SYS(rename),
        SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link),
        SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
        SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(mknod), SCMP_SYS(mknodat),
        SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown),
        SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(lchown),
        SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(openat2),
        SCMP_SYS(open_by_handle_at), SCMP_SYS(setxattr), SCMP_SYS(swapon),
        SCMP_SYS(reboot), SCMP_SYS(init_module), SCMP_SYS(finit_module) };

    ctx = seccomp_init(SCMP_ACT_ALLOW);
    if (ctx == NULL) {
        errno = ENOMEM;
        return false;
    }

    rc = 0;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]) && rc == 0; i++) {
        rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    }

#ifndef __SANITIZE_ADDRESS__
    rc = rc != 0 ? rc : sandbox_writing(ctx);
#endif

    /* threads, but no processes: clone3 hides its flags, and the C library
     * falls back to clone without it */
    rc = rc != 0
        ? rc
        : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    rc = rc != 0 ? rc
                 : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone),
                     1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    rc = rc != 0 ? rc : seccomp_load(ctx);

    seccomp_release(ctx);
    errno = -rc;

    return rc == 0;
}


bool
gms_av_sandbox(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && sandbox_limits()
        && sandbox_calls();
}
