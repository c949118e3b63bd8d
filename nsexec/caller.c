// What the caller handed us: noted before Go starts, restored before the command does.

#include "nsexec.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const int limits[NSEXEC_LIMITS] = { RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC };

/* What Go's start changes and the command must not see changed. */
void nsexec_remember_caller(void)
{
	struct nsexec_caller *c = &nsexec_record.caller;
	struct sigaction sa;

	if (!c->mask_known)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &c->mask, sizeof(c->mask));
	c->mask_known = 1;
	for (int sig = 1; sig <= 64; sig++)
		if (!sigaction(sig, NULL, &sa) && sa.sa_handler == SIG_IGN)
			c->ignored |= (uint64_t)1 << (sig - 1);
	for (int i = 0; i < NSEXEC_LIMITS; i++)
		getrlimit(limits[i], &c->limits[i]);
	c->go_state_known = 1;
}

/* What Go needs to start and to print an error; with less it dies with a dump. */
static const struct {
	rlim_t least;
	const char *words;
} go_needs[NSEXEC_LIMITS] = {
	{ 0, "" },
	{ 1u << 30, "the address space (ulimit -v) is too small: 1 GiB is needed" },
	{ 64u << 20, "the data segment (ulimit -d) is too small: 64 MiB are needed" },
	{ 16, "the number of processes (ulimit -u) is too small: 16 are needed" },
};

/*
 * Go is about to start. Soft limits that would kill it are raised to the hard
 * ones; the last step puts the caller's back.
 *
 * That of open files is lowered: on its way to main the Go runtime opens files
 * below /proc and /sys, and takes what it reads for limits on CPUs. That is a
 * tenth of its start, for nothing; without a free descriptor it does without.
 * Its syscall package then raises the limit to the hard one before main, and
 * our init puts it back to the caller's.
 */
void nsexec_make_room_for_go(void)
{
	struct nsexec_record *r = &nsexec_record;

	for (int i = 0; i < NSEXEC_LIMITS; i++) {
		struct rlimit l = r->caller.limits[i];
		const int is_nofile = limits[i] == RLIMIT_NOFILE;

		if (l.rlim_max < go_needs[i].least && (limits[i] != RLIMIT_NPROC || r->euid))
			nsexec_too_small(r->tool, go_needs[i].words);
		if (is_nofile ? l.rlim_max <= 1 : l.rlim_cur >= go_needs[i].least)
			continue;
		l.rlim_cur = is_nofile ? 0 : l.rlim_max;
		if (!setrlimit(limits[i], &l) && !is_nofile)
			r->caller.raised |= 1u << i;
	}
}

/*
 * One processor is enough for what Go has to do here: with more, its runtime
 * starts threads that only have to be ended again by execve. Go takes its
 * environment from the initial stack, so one entry there is replaced; the
 * command gets a copy of the vector as it was.
 */
void nsexec_give_go_one_processor(void)
{
	struct nsexec_record *r = &nsexec_record;
	size_t n = 0;
	char **copy;

	while (r->envp[n])
		n++;
	if (!n)
		return;
	copy = malloc((n + 1) * sizeof(*copy));
	if (!copy)
		return;
	memcpy(copy, r->envp, (n + 1) * sizeof(*copy));
	r->envp[n - 1] = "GOMAXPROCS=1";
	r->envp = copy;
}

/* As long as Go's threads may oversleep, in nanoseconds. */
enum { SLACK = 1000 * 1000 };

/*
 * A thread of the Go runtime wakes up every 20 µs to look after the others. With
 * one processor it takes that away from the thread that waits in a system call,
 * which then has to wait for it: a twentieth of a whole run. With slack in its
 * timers it sleeps. Threads inherit it, and so would the command: it gets the
 * caller's back. Real-time threads have none, and need none.
 */
void nsexec_calm_go(void)
{
	const long slack = syscall(SYS_prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);

	if (slack > 0 && slack < SLACK && !prctl(PR_SET_TIMERSLACK, SLACK, 0, 0, 0))
		nsexec_record.caller.timer_slack = slack;
}

/* Undoes what the start of Go, and what was done for it, changed. */
int nsexec_restore_caller(const struct nsexec_caller *c)
{
	for (int i = 0; i < NSEXEC_LIMITS; i++)
		if ((c->raised >> i & 1) && setrlimit(limits[i], &c->limits[i]))
			return nsexec_fail(NSEXEC_STEP_RLIMIT, 0);
	if (c->timer_slack)
		prctl(PR_SET_TIMERSLACK, c->timer_slack, 0, 0, 0);
	for (int sig = 1; sig <= 64; sig++)
		if (c->ignored >> (sig - 1) & 1)
			signal(sig, SIG_IGN);
	if (c->mask_known &&
	    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &c->mask, NULL, sizeof(c->mask)))
		return nsexec_fail(NSEXEC_STEP_SIGNALS, 0);
	return 0;
}
