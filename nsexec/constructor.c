// Runs before the Go runtime, in a process that still has one thread.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
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
	last->death_signal = r->death_signal;
	last->keep_fds = r->req.keep_fds;
	nsexec_last_step(last, &r->failure);
	return -1;
}

/* All capabilities stay, but none is inherited or ambient: what would be handed on (CVE-2022-29162). */
static void leave_uninherited(struct nsexec_last *last)
{
	last->limit_caps = 1;
	last->bounding = last->permitted = last->effective = ~(uint64_t)0;
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

/* Whether something must be done from outside of the new namespaces. */
static int needs_helper(const struct nsexec_request *q, uint32_t kinds)
{
	if (q->create & q->by_file)
		return 1;
	return (kinds & KIND_USER) && (q->outside || q->map_by_helper);
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
	/*
	 * Who has less privileges than the file's owner must not reach it from a
	 * root of its own, which may be an image.
	 */
	if (((kinds & KIND_USER) || r->req.limited) && (r->req.root_set || r->req.outside) &&
	    nsexec_seal())
		return -1;
	if (r->req.go)
		nsexec_remember_caller();
	if (create(kinds, needs_helper(&r->req, kinds)))
		return -1;
	if (r->role == NSEXEC_ROLE_HELPER)
		return 0;
	if (r->req.go) {
		r->role = NSEXEC_ROLE_INSIDE;
		nsexec_give_go_one_processor();
		nsexec_calm_go();
		return 0;
	}
	leave_uninherited(last);
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
	if (nsexec_privileges(q, last) || nsexec_join(q, last))
		return -1;
	if (!last->limit_caps && !q->privileged) /* nothing to inherit, as in run() */
		leave_uninherited(last);
	nsexec_set_caps(q, last);
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

	r->sync_fd = r->alive_fd = -1;
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
	const struct nsexec_record *r = &nsexec_record;

	before_main(argc, argv);
	if (r->role == NSEXEC_ROLE_BYSTANDER)
		return;
	/* from here on it is Go's turn, in whatever role */
	if (!r->caller.go_state_known)
		nsexec_remember_caller();
	nsexec_make_room_for_go();
}
