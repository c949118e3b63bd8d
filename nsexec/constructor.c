// Runs before the Go runtime, in a process that still has one thread.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

/* Go dies with a stack dump when 0, 1 or 2 is closed, and our own descriptors would land there. */
static int open_stdio(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/*
		 * The lowest free descriptor is this one, since those below are
		 * open. Without /dev/null a socket that is connected to nothing does.
		 */
		if (open("/dev/null", O_RDWR) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) < 0)
			return nsexec_fail(NSEXEC_STEP_STDIO, 0);
	}
	return 0;
}

const int nsexec_limits[NSEXEC_LIMITS] = { RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC };

/* What Go's start changes and the command must not see changed. */
static void remember_caller(struct nsexec_caller *c)
{
	struct sigaction sa;

	if (!c->mask_known)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &c->mask, sizeof(c->mask));
	c->mask_known = 1;
	for (int sig = 1; sig <= 64; sig++)
		if (!sigaction(sig, NULL, &sa) && sa.sa_handler == SIG_IGN)
			c->ignored |= (uint64_t)1 << (sig - 1);
	for (int i = 0; i < NSEXEC_LIMITS; i++)
		getrlimit(nsexec_limits[i], &c->limits[i]);
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
 * Its syscall package then raises the limit to the hard one before main.
 */
static void make_room_for_go(const struct nsexec_record *r)
{
	for (int i = 0; i < NSEXEC_LIMITS; i++) {
		struct rlimit l = r->caller.limits[i];
		const int is_nofile = nsexec_limits[i] == RLIMIT_NOFILE;

		if (l.rlim_max < go_needs[i].least && (nsexec_limits[i] != RLIMIT_NPROC || r->euid))
			nsexec_too_small(r->tool, go_needs[i].words);
		if (is_nofile ? l.rlim_max <= 1 : l.rlim_cur >= go_needs[i].least)
			continue;
		l.rlim_cur = is_nofile ? 0 : l.rlim_max;
		setrlimit(nsexec_limits[i], &l);
	}
}

/*
 * One processor is enough for what Go has to do here: with more, its runtime
 * starts threads that only have to be ended again by execve. Go takes its
 * environment from the initial stack, so one entry there is replaced; the
 * command gets a copy of the vector as it was.
 */
static void give_go_one_processor(struct nsexec_record *r)
{
	size_t n = 0;
	char **copy;

	while (r->envp[n])
		n++;
	copy = malloc((n + 1) * sizeof(*copy));
	if (!n || !copy)
		return;
	memcpy(copy, r->envp, (n + 1) * sizeof(*copy));
	r->envp[n - 1] = "GOMAXPROCS=1";
	r->envp = copy;
}

static int may_create(void)
{
	struct kernel_cap_header h = { .version = CAP_VERSION_3_ };
	struct kernel_cap_data d[2] = { { 0 } };

	return !syscall(SYS_capget, &h, d) && (d[0].effective >> CAP_SYS_ADMIN_ & 1);
}

static int execute(struct nsexec_last *last)
{
	struct nsexec_record *r = &nsexec_record;

	last->argv = r->argv + r->req.command;
	last->envp = r->envp;
	last->shells = r->req.shells;
	last->caller = &r->caller;
	last->sync_fd = r->sync_fd;
	last->keep_fds = r->req.keep_fds;
	last->death_signal = last->limit_caps ? r->death_signal : 0;
	nsexec_last_step(last, &r->failure);
	return -1;
}

/* nsrun, and canonical command lines: create namespaces, in this process where that is possible. */
static int create(uint32_t kinds, int helper)
{
	const struct nsexec_request *q = &nsexec_record.req;

	if ((kinds & (KIND_PID | KIND_TIME)) || q->fork || q->kill_signal || helper)
		return nsexec_fork(kinds, helper);
	if (nsexec_create(kinds))
		return -1;
	return q->wait ? nsexec_announce() || nsexec_await_go() : 0;
}

static int change_dir(const struct nsexec_request *q)
{
	if (q->wd && chdir(q->wd))
		return nsexec_fail(NSEXEC_STEP_CHDIR, 0);
	return 0;
}

/* The plan of nsrun. */
static int run(struct nsexec_last *last)
{
	struct nsexec_record *r = &nsexec_record;
	uint32_t kinds = r->req.create;

	if (kinds && !(kinds & KIND_USER) && !may_create()) {
		kinds |= KIND_USER;
		r->req.map = NSEXEC_MAP_ROOT;
		r->added_user = 1;
	}
	if ((kinds & KIND_USER) && r->req.root_set && nsexec_seal())
		return -1;
	if (r->req.go)
		remember_caller(&r->caller);
	if (create(kinds, (r->req.create & r->req.by_file) != 0))
		return -1;
	if (r->role == NSEXEC_ROLE_HELPER)
		return 0;
	if (r->req.go) {
		r->role = NSEXEC_ROLE_INSIDE;
		give_go_one_processor(r);
		return 0;
	}
	return change_dir(&r->req) || execute(last);
}

/* Whether programs of the target may run: in its mount namespace, or below its root directory. */
static int runs_theirs(const struct nsexec_request *q)
{
	const int joins = q->target || q->target_fd >= 0 || q->join;

	return joins && (q->join_all || !q->join || (q->join & KIND_MNT) || q->root_set);
}

/* The plan of nsjoin. */
static int join(struct nsexec_last *last)
{
	struct nsexec_record *r = &nsexec_record;
	const struct nsexec_request *q = &r->req;

	if (runs_theirs(q) && nsexec_seal())
		return -1;
	if (nsexec_join(q, last))
		return -1;
	if ((r->joined & (KIND_PID | KIND_TIME)) && !q->no_fork && nsexec_fork(0, 0))
		return -1;
	return execute(last);
}

/* The plan of nsexec.Command: both, in that order. */
static int exec_canonical(struct nsexec_last *last)
{
	struct nsexec_record *r = &nsexec_record;
	struct nsexec_request *q = &r->req;

	r->sync_fd = q->sync_fd;
	if (runs_theirs(q) && nsexec_seal())
		return -1;
	if (fcntl(q->sync_fd, F_SETFD, FD_CLOEXEC))
		return nsexec_fail(NSEXEC_STEP_PIPE, 0);
	if ((q->target || q->target_fd >= 0 || q->join) && nsexec_join(q, last))
		return -1;
	if (r->joined & (KIND_PID | KIND_TIME))
		q->fork = 1;
	return create(q->create, 0) || change_dir(q) || execute(last);
}

/*
 * A process that nsexec.Command started: by its name and the first option,
 * which no other program would have.
 */
static int is_canonical(const struct nsexec_record *r)
{
	return r->argc > 1 && !strcmp(r->argv[0], "nsexec") &&
	       !strncmp(r->argv[1], "--sync-fd=", 10);
}

static int exit_status(const struct nsexec_failure *f)
{
	if (f->step != NSEXEC_STEP_EXEC)
		return 125;
	return f->err == ENOENT ? 127 : 126;
}

/* Tells who can still use it what went wrong: the helper, the library, the terminal, or Go. */
static void report(const struct nsexec_table *t)
{
	struct nsexec_record *r = &nsexec_record;
	const struct nsexec_message m = { .what = NSEXEC_MSG_FAILED, .failure = r->failure };

	r->role = NSEXEC_ROLE_FAILED;
	if (r->sync_fd >= 0)
		nsexec_send(r->sync_fd, &m);
	if (t->mode == NSEXEC_MODE_EXEC)
		_exit(exit_status(&r->failure));
	if (r->failure.step == NSEXEC_STEP_HELPER) /* it has said why */
		_exit(125);
	/* no process to be had: Go, which is several, could not even say so */
	if (r->inside_mount || (r->failure.step == NSEXEC_STEP_CLONE && r->failure.err == EAGAIN)) {
		nsexec_complain(t->tool, r);
		_exit(exit_status(&r->failure));
	}
}

static void before_main(int argc, char **argv)
{
	struct nsexec_record *r = &nsexec_record;
	struct nsexec_last last = { .uid = NSEXEC_NO_ID, .gid = NSEXEC_NO_ID, .sync_fd = -1 };
	const struct nsexec_table *t = &nsexec_table ? nsexec_table : NULL;
	int rc;

	r->sync_fd = -1;
	if (nsexec_args(argc, argv))
		return;
	if (is_canonical(r))
		t = &nsexec_canonical;
	if (!t)
		return;
	r->role = NSEXEC_ROLE_FIRST;
	r->tool = t->tool;
	r->euid = geteuid();
	r->egid = getegid();
	if (getauxval(AT_SECURE)) { /* setuid, setgid or file capabilities */
		r->role = NSEXEC_ROLE_SETUID;
		return;
	}
	if (open_stdio()) {
		r->role = NSEXEC_ROLE_FAILED;
		return;
	}
	if (nsexec_scan(t, r->argc, r->argv, &r->req)) {
		if (t->mode == NSEXEC_MODE_EXEC) /* this program's main must not run again */
			_exit(125);
		return;
	}
	r->understood = 1;
	rc = t->mode == NSEXEC_MODE_RUN    ? run(&last)
	     : t->mode == NSEXEC_MODE_JOIN ? join(&last)
					   : exec_canonical(&last);
	if (rc)
		report(t);
}

static void __attribute__((constructor)) nsexec_constructor(int argc, char **argv)
{
	struct nsexec_record *r = &nsexec_record;

	before_main(argc, argv);
	if (r->role == NSEXEC_ROLE_BYSTANDER)
		return;
	/* from here on it is Go's turn, in whatever role */
	if (!r->caller.go_state_known)
		remember_caller(&r->caller);
	make_room_for_go(r);
}
