// Creates namespaces: unshare where this process may be the one, else a child.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Linux 3.10 of CentOS 7 says EINVAL now and then for no reason; runc tries five times as well. */
enum { TRIES = 5 };

static int unshare_kinds(uint32_t kinds)
{
	int rc = -1;

	for (int i = 0; i < TRIES; i++) {
		rc = unshare((int)kinds);
		if (!rc || errno != EINVAL)
			break;
	}
	return rc;
}

static int maps(uint32_t kinds)
{
	const struct nsexec_record *r = &nsexec_record;

	if (!(kinds & KIND_USER) || r->req.map_by_helper)
		return 0;
	return nsexec_write_maps(r->req.map, r->euid, r->egid);
}

/*
 * What must be done as the caller, right before a user namespace is created: its
 * supplementary groups go while that is not forbidden, and it becomes who is to own
 * the namespace. A caller who may not drop groups keeps them.
 */
static int before_user(uint32_t kinds)
{
	const struct nsexec_request *q = &nsexec_record.req;
	const int owner = q->owner_uid != NSEXEC_NO_ID;

	if (!(kinds & KIND_USER))
		return 0;
	if ((q->drop_groups || owner) && syscall(SYS_setgroups, 0, NULL) && owner)
		return nsexec_fail(NSEXEC_STEP_GROUPS, 0);
	if (!owner)
		return 0;
	if (syscall(SYS_setresgid, q->owner_gid, q->owner_gid, q->owner_gid))
		return nsexec_fail(NSEXEC_STEP_SETGID, 0);
	if (syscall(SYS_setresuid, q->owner_uid, q->owner_uid, q->owner_uid))
		return nsexec_fail(NSEXEC_STEP_SETUID, 0);
	return 0;
}

/* In this process itself. */
int nsexec_create(uint32_t kinds)
{
	if (before_user(kinds))
		return -1;
	if (kinds && unshare_kinds(kinds))
		return nsexec_fail(NSEXEC_STEP_UNSHARE, kinds);
	nsexec_record.created = kinds;
	return maps(kinds);
}

/* What an old kernel, and the seccomp profile of a container engine, answer to a call they lack. */
static int refused(long rc)
{
	return rc < 0 && (errno == ENOSYS || errno == EPERM);
}

/*
 * A child in new namespaces: clone3 (5.3), or clone, or unshare and a plain
 * clone. EPERM too leads on, since it may come from a filter; when it is the
 * kernel's own the last way reports it.
 */
static pid_t clone_into(uint32_t kinds)
{
	struct kernel_clone_args args = { .flags = kinds, .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!refused(pid))
		return (pid_t)pid;
	if (!(kinds & KIND_TIME)) { /* in clone its bit belongs to the exit signal */
		pid = syscall(SYS_clone, (unsigned long)kinds | SIGCHLD, 0, 0, 0, 0);
		if (!kinds || !refused(pid))
			return (pid_t)pid;
	}
	if (unshare_kinds(kinds))
		return -1;
	return (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
}

static void set_mask(uint64_t mask, uint64_t *old)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, old, sizeof(mask));
}

/*
 * The child asks for a signal at its parent's death, and then looks whether the
 * parent died before that: the pipe's other end is held by the parent alone.
 */
static int follow_parent(const int alive[2])
{
	char byte;
	int sig = nsexec_record.req.kill_signal ? nsexec_record.req.kill_signal : SIGKILL;

	close(alive[1]);
	if (prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0))
		return nsexec_fail(NSEXEC_STEP_DEATHSIG, 0);
	if (read(alive[0], &byte, 1) == 0)
		_exit(125);
	nsexec_record.alive_fd = alive[0];
	nsexec_record.death_signal = (uint8_t)sig;
	return 0;
}

/* `ps` tells which process of a run is which. */
void nsexec_set_name(const char *role)
{
	char name[16];

	snprintf(name, sizeof(name), "%s:%s", nsexec_record.tool, role);
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

static void become_helper(int sync, uint64_t mask)
{
	nsexec_set_name("helper");
	nsexec_record.role = NSEXEC_ROLE_HELPER;
	nsexec_record.sync_fd = sync;
	nsexec_mend_tid();
	set_mask(mask, NULL);
}

/*
 * The helper is forked before anything is created: it stays outside, and does
 * from there, in Go, what must be done from there. Returns its PID; 0 in it.
 */
static pid_t fork_helper(int sync[2])
{
	pid_t pid;

	if (nsexec_socketpair(sync))
		return -1;
	pid = clone_into(0);
	close(sync[pid ? 1 : 0]);
	return pid;
}

/* Where nobody forks, the command's process itself says that its namespaces exist. */
int nsexec_announce(void)
{
	const struct nsexec_message m = { .what = NSEXEC_MSG_PID, .pid = getpid() };

	return nsexec_send(nsexec_record.sync_fd, &m) ? nsexec_fail(NSEXEC_STEP_HELPER, 0) : 0;
}

/* Waits until the helper, or the library, has done its part. */
int nsexec_await_go(void)
{
	struct nsexec_message m;

	while (!nsexec_receive(nsexec_record.sync_fd, &m)) {
		if (m.what == NSEXEC_MSG_GO)
			return 0;
		if (m.what == NSEXEC_MSG_AGAIN &&
		    (nsexec_mount_namespace_on(m.pid) || nsexec_announce()))
			return -1;
	}
	errno = ECANCELED;
	return nsexec_fail(NSEXEC_STEP_HELPER, 0);
}

/* Only now can the helper show files by the ids of the user namespace. */
static int announce_maps(void)
{
	const struct nsexec_message m = { .what = NSEXEC_MSG_MAPPED };

	return nsexec_send(nsexec_record.sync_fd, &m) ? nsexec_fail(NSEXEC_STEP_HELPER, 0) : 0;
}

static int in_child(uint32_t kinds, const int alive[2], int wait)
{
	if (nsexec_record.sigchld_ignored)
		signal(SIGCHLD, SIG_IGN);
	nsexec_record.forked = 1;
	nsexec_record.created = kinds;
	if (nsexec_record.req.go)
		nsexec_mend_tid();
	if (follow_parent(alive) || maps(kinds))
		return -1;
	if ((kinds & KIND_USER) && nsexec_record.req.outside && !nsexec_record.req.map_by_helper &&
	    announce_maps())
		return -1;
	return wait ? nsexec_await_go() : 0;
}

/*
 * Forks the command's process into new namespaces; this one supervises it and
 * does not return. Signals are blocked from before the fork, so that the
 * supervisor loses none; the last step gives the command the caller's mask.
 *
 * Returns 0 in the child and in the helper, -1 with a failure.
 */
int nsexec_fork(uint32_t kinds, int need_helper)
{
	struct nsexec_record *r = &nsexec_record;
	int alive[2], sync[2] = { -1, -1 };
	pid_t child, helper = 0;

	set_mask(~(uint64_t)0, &r->caller.mask);
	r->caller.mask_known = 1;
	/* ignored, it would take the exit status away; the command gets it back as it was */
	r->sigchld_ignored = signal(SIGCHLD, SIG_DFL) == SIG_IGN;
	if (pipe2(alive, O_CLOEXEC | O_NONBLOCK))
		return nsexec_fail(NSEXEC_STEP_PIPE, 0);
	if (need_helper) {
		helper = fork_helper(sync);
		if (helper < 0)
			return nsexec_fail(NSEXEC_STEP_CLONE, 0);
		if (!helper) {
			close(alive[0]);
			close(alive[1]);
			become_helper(sync[1], r->caller.mask);
			return 0;
		}
		r->sync_fd = sync[0];
	}
	if (before_user(kinds))
		return -1;
	child = clone_into(kinds);
	/* what alloc_pid() answers in a joined PID namespace whose first process has died */
	if (child < 0 && errno == ENOMEM && (r->joined & KIND_PID)) {
		errno = ESRCH;
		return nsexec_fail(NSEXEC_STEP_GONE, 0);
	}
	if (child < 0)
		return nsexec_fail(NSEXEC_STEP_CLONE, kinds);
	if (!child)
		return in_child(kinds, alive, need_helper || r->req.wait);
	close(alive[0]);
	if (r->sync_fd >= 0) {
		struct nsexec_message m = { .what = NSEXEC_MSG_PID, .pid = child };

		nsexec_send(r->sync_fd, &m);
		close(r->sync_fd);
	}
	nsexec_supervise(child, helper);
}
