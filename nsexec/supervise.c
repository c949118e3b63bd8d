// The supervisor: waits for the command, forwards signals, ends as it ended.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The kernel's own signals about *us*; they are never about the command. */
static int is_ours(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL ||
	       sig == SIGTRAP || sig == SIGSYS;
}

/*
 * Dies of the same signal as the command, so that a shell sees what it would
 * have seen without us; but the core has been dumped already. PID 1 of a
 * namespace survives that, hence the exit.
 */
static void __attribute__((noreturn)) die_of(int sig)
{
	const struct rlimit none = { 0, 0 };
	const uint64_t only = (uint64_t)1 << (sig - 1);

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	signal(sig, SIG_DFL);
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &only, NULL, sizeof(only));
	kill(getpid(), sig);
	_exit(128 + sig);
}

/* Takes a SIGCONT that has come, if one has. */
static int take_continue(void)
{
	const uint64_t only = (uint64_t)1 << (SIGCONT - 1);
	const struct timespec now = { 0, 0 };

	return syscall(SYS_rt_sigtimedwait, &only, NULL, &now, sizeof(only)) == SIGCONT;
}

/*
 * The command stopped, so the job as a whole has: stop too, and when continued
 * continue it, once. A SIGCONT that came in the meantime means that there is
 * nothing left to stop.
 */
static void stop_too(pid_t child)
{
	if (!take_continue()) {
		kill(getpid(), SIGSTOP);
		take_continue(); /* the one that continued us is still pending */
	}
	kill(child, SIGCONT);
}

/* wait4 and no more of libc, so that the loop fits in the pages that one fault brings back. */
static pid_t wait_for(pid_t pid, int *status, int options)
{
	return (pid_t)syscall(SYS_wait4, pid, status, options, NULL);
}

/* Sees to one child that changed its state; nonzero when there was none. */
static int reap(pid_t child, pid_t *helper)
{
	int status;
	pid_t pid = wait_for(-1, &status, WNOHANG | WUNTRACED);

	if (pid < 0 && errno == EINTR)
		return 0;
	if (pid < 0) /* ECHILD cannot be: we have not reaped the command */
		_exit(125);
	if (!pid)
		return 1;
	if (pid == *helper && !WIFSTOPPED(status)) {
		*helper = 0;
		/* it has said why; what it was to do is not done, so the command must not run */
		if (status)
			kill(child, SIGKILL);
		if (status)
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 125);
		return 0;
	}
	if (pid != child)
		return 0;
	if (WIFSTOPPED(status)) {
		stop_too(child);
		return 0;
	}
	/* the helper may still have to undo what it did for a command that never ran */
	while (*helper && wait_for(*helper, NULL, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		die_of(WTERMSIG(status));
	_exit(WEXITSTATUS(status));
}

/*
 * A signal from the terminal (SI_KERNEL) went to the whole foreground process
 * group; the command, when it is in ours, has it already.
 */
static void forward(pid_t child, const siginfo_t *si)
{
	if (is_ours(si->si_signo))
		return;
	if (si->si_code == SI_KERNEL && getpgid(child) == getpgrp())
		return;
	kill(child, si->si_signo);
}

/* Where the linker put this program: read-only from the first, writable from the second on. */
extern char __ehdr_start[], __init_array_start[], edata[];

static uintptr_t page_of(const char *address)
{
	return (uintptr_t)address & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
}

/*
 * Lets go of those pages of the writable part that nobody has written to: the
 * Go runtime's. Bit 61 tells them from private copies (proc_pid_pagemap(5)).
 */
static void forget_clean_data(void)
{
	const uintptr_t first = page_of(__init_array_start);
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uint64_t entries[256];
	const size_t n = (page_of(edata) - first) / page;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return;
	got = pread(fd, entries, (n < 256 ? n : 256) * 8, (off_t)(first / page * 8));
	close(fd);
	for (ssize_t i = 0, run = 0; i * 8 < got; i += run + 1) {
		for (run = 0; (i + run) * 8 < got && (entries[i + run] >> 61 & 1);)
			run++;
		if (run)
			madvise((void *)(first + (uintptr_t)i * page), (size_t)run * page,
				MADV_DONTNEED);
	}
}

/*
 * Lets go of this program's pages that nobody has written to: the Go runtime
 * never runs in this process, and what the loop needs comes back with one page
 * fault. Not by way of /proc where that may be a target's.
 */
static void forget_program(void)
{
	const uintptr_t first = page_of(__ehdr_start);

	if (!nsexec_record.inside_mount)
		forget_clean_data();
	madvise((void *)first, page_of(__init_array_start) - first, MADV_DONTNEED);
}

void nsexec_supervise(pid_t child, pid_t helper)
{
	const uint64_t all = ~(uint64_t)0;
	siginfo_t si;

	nsexec_set_name("super");
	forget_program();
	for (;;) {
		while (!reap(child, &helper))
			;
		if (syscall(SYS_rt_sigtimedwait, &all, &si, NULL, sizeof(all)) < 0)
			continue;
		if (si.si_signo != SIGCHLD)
			forward(child, &si);
	}
}
