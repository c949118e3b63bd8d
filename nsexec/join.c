// Joins the namespaces of a process, or those that files stand for.
//
// Order of work: open everything from outside, then join, then prove it. What
// was not opened before the mount namespace changes would be the target's.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct join {
	const struct nsexec_request *req;
	struct nsexec_target target;
	int has_target;
	uint32_t by_pidfd;                      /* kinds to take from the target */
	uint32_t pending;                       /* kinds not joined yet */
	int fd[NSEXEC_KINDS];                   /* opened namespace files */
	struct nsexec_inode want[NSEXEC_KINDS]; /* what we must be in afterwards */
	int root, wd;
};

static int same(struct nsexec_inode a, struct nsexec_inode b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

/* Notes one kind of the target for joining, unless it is ours already. */
static int select_kind(struct join *j, int kind)
{
	const uint32_t flag = nsexec_kinds[kind].flag;
	const int by_name = (j->req->join & flag) != 0;
	struct nsexec_inode self;
	int self_known = !nsexec_self_ns(&j->target, kind, 0, &self);

	if (!self_known && errno == ENOENT && j->target.self_ns >= 0) {
		if (!by_name)
			return 0; /* "all" means all that this kernel has */
		return nsexec_fail(NSEXEC_STEP_NO_KIND, flag);
	}
	if (nsexec_target_ns(&j->target, kind, &j->want[kind])) {
		if (self_known && errno == ENOENT) { /* it has given up its namespaces already */
			errno = ESRCH;
			return nsexec_fail(NSEXEC_STEP_GONE, 0);
		}
		if (j->target.dir >= 0)
			return nsexec_fail(NSEXEC_STEP_OPEN_NS, flag);
		/* neither /proc nor the ioctls of 6.11: what was named is joined unseen */
		if (!by_name)
			return nsexec_fail(NSEXEC_STEP_OPEN_NS, flag);
	} else if (self_known && same(self, j->want[kind])) {
		nsexec_record.skipped |= flag;
		return 0;
	}
	j->by_pidfd |= flag;
	return 0;
}

static int select_file(struct join *j, int kind)
{
	const uint32_t flag = nsexec_kinds[kind].flag;
	struct stat st;

	j->fd[kind] = open(j->req->file[kind], O_RDONLY | O_CLOEXEC);
	if (j->fd[kind] < 0 || fstat(j->fd[kind], &st))
		return nsexec_fail(NSEXEC_STEP_OPEN_NS, flag);
	j->want[kind] = (struct nsexec_inode){ st.st_dev, st.st_ino };
	j->pending |= flag;
	return 0;
}

static int select_kinds(struct join *j)
{
	const int all = j->req->join_all || (j->has_target && !j->req->join);

	for (int i = 0; i < NSEXEC_KINDS; i++) {
		const uint32_t flag = nsexec_kinds[i].flag;

		if (j->req->by_file & j->req->join & flag) {
			if (select_file(j, i))
				return -1;
		} else if (all || (j->req->join & flag)) {
			if (select_kind(j, i))
				return -1;
		}
	}
	j->pending |= j->by_pidfd;
	return 0;
}

static int open_dir(struct join *j, int set, const char *path, const char *of_target, int step)
{
	int fd;

	if (!set)
		return -1;
	if (!path && j->target.dir < 0) { /* only /proc knows them */
		errno = ENOENT;
		nsexec_fail(step, 0);
		return -1;
	}
	fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)
		  : openat(j->target.dir, of_target, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		nsexec_fail(step, 0);
	return fd;
}

static int in_our_user_namespace(const struct join *j)
{
	struct nsexec_inode self, theirs;

	if (nsexec_record.skipped & KIND_USER)
		return 1;
	return !nsexec_self_ns(&j->target, 0, 0, &self) &&
	       !nsexec_target_ns(&j->target, 0, &theirs) && same(self, theirs);
}

/* Everything that must be opened from outside. */
static int open_outside(struct join *j, struct nsexec_last *last)
{
	const struct nsexec_request *r = j->req;

	nsexec_open_self(&j->target);
	if (j->has_target && nsexec_pin(&j->target, r))
		return -1;
	if (select_kinds(j))
		return -1;
	j->root = open_dir(j, r->root_set, r->root, "root", NSEXEC_STEP_OPEN_ROOT);
	if (r->root_set && j->root < 0)
		return -1;
	/* a bare -W means the same directory as a bare -w: the target's own */
	j->wd = open_dir(j, r->wd_set || (r->wdns_set && !r->wdns), r->wd, "cwd",
			 NSEXEC_STEP_OPEN_WD);
	if ((r->wd_set || (r->wdns_set && !r->wdns)) && j->wd < 0)
		return -1;
	/* where the target's own programs run */
	if (((j->by_pidfd & KIND_MNT) || (r->root_set && !r->root)) && !r->privileged) {
		if (nsexec_read_limits(&j->target, last))
			return -1;
		/*
		 * Its programs may be a user's, who built a container just for us to
		 * enter as root (CVE-2022-31214): without its user namespace our uid
		 * would be the host's.
		 */
		if (!(j->pending & KIND_USER) && !in_our_user_namespace(j)) {
			errno = EPERM;
			return nsexec_fail(NSEXEC_STEP_OTHER_USER, KIND_MNT);
		}
	}
	return j->has_target ? nsexec_alive(&j->target) : 0;
}

/* All kinds of the target in one call, all or none (5.8). */
static int join_by_pidfd(struct join *j)
{
	if (j->target.pidfd < 0 || !j->by_pidfd)
		return -1;
	if (setns(j->target.pidfd, (int)j->by_pidfd))
		return -1;
	j->pending &= ~j->by_pidfd;
	return 0;
}

static int open_each(struct join *j)
{
	for (int i = 0; i < NSEXEC_KINDS; i++) {
		char path[24] = "ns/";

		if (!(j->by_pidfd & nsexec_kinds[i].flag))
			continue;
		strcat(path, nsexec_kinds[i].name);
		j->fd[i] = openat(j->target.dir, path, O_RDONLY | O_CLOEXEC);
		if (j->fd[i] < 0)
			return nsexec_fail(NSEXEC_STEP_OPEN_NS, nsexec_kinds[i].flag);
	}
	return nsexec_alive(&j->target);
}

/* Joins, one by one, what is pending; but the user namespace only in the last pass. */
static int join_each(struct join *j, int last)
{
	for (int i = 0; i < NSEXEC_KINDS; i++) {
		const uint32_t flag = nsexec_kinds[i].flag;

		if (!(j->pending & flag) || (!last && flag == KIND_USER))
			continue;
		if (!setns(j->fd[i], (int)flag))
			j->pending &= ~flag;
		else if (last)
			return nsexec_fail(NSEXEC_STEP_SETNS, flag);
	}
	return 0;
}

/*
 * Goes into the user namespace that owns what is pending, where that is not the
 * target's own but one around it, as bubblewrap makes them: from the inner one
 * the outer one's namespaces cannot be joined. NS_GET_USERNS, Linux 4.9.
 */
static void enter_owner(const struct join *j)
{
	for (int i = 0; i < NSEXEC_KINDS; i++) {
		struct stat st;
		int owner;

		if (!(j->pending & nsexec_kinds[i].flag & ~KIND_USER))
			continue;
		owner = ioctl(j->fd[i], NS_GET_USERNS_);
		if (owner < 0)
			continue;
		if (!fstat(owner, &st) && st.st_ino != j->want[0].ino)
			setns(owner, (int)KIND_USER);
		close(owner);
	}
}

/*
 * First what the privileges at hand permit, with the user namespace left out
 * (root joins a container), then the user namespace and, with what it gives,
 * the rest (a user joins a container of theirs).
 */
static int join_one_by_one(struct join *j)
{
	join_each(j, 0);
	if ((j->pending & KIND_USER) && (j->pending & ~KIND_USER)) {
		enter_owner(j);
		join_each(j, 0);
	}
	return join_each(j, 1);
}

static int join_pending(struct join *j)
{
	const int first = join_by_pidfd(j);

	if (first && j->by_pidfd) {
		if (errno == ESRCH)
			return nsexec_fail(NSEXEC_STEP_GONE, 0);
		if (j->target.dir < 0)
			return nsexec_fail(NSEXEC_STEP_SETNS, j->by_pidfd);
		if (open_each(j)) /* EINVAL: before 5.8; else: find out which kind refuses */
			return -1;
	}
	if (!j->pending)
		return 0;
	return join_one_by_one(j);
}

/* Compares where we are with what was asked; a call that said yes is not a proof (util-linux#4412). */
static int verify(struct join *j, uint32_t joined)
{
	for (int i = 0; i < NSEXEC_KINDS; i++) {
		struct nsexec_inode now;

		if (!(joined & nsexec_kinds[i].flag) || !j->want[i].ino)
			continue;
		if (nsexec_self_ns(&j->target, i, 1, &now))
			return nsexec_fail(NSEXEC_STEP_VERIFY, nsexec_kinds[i].flag);
		if (!same(now, j->want[i])) {
			errno = ESTALE;
			return nsexec_fail(NSEXEC_STEP_VERIFY, nsexec_kinds[i].flag);
		}
	}
	return 0;
}

/*
 * In a joined user namespace our ids mean nothing: become its root, or where 0
 * is not mapped, whom the target is (`follow` of nsenter). Done at once, since
 * until then we are there with foreign ids.
 */
static int become(const struct join *j)
{
	struct stat st;

	if (setgroups(0, NULL) && errno != EPERM) /* EPERM: "deny" in /proc/PID/setgroups */
		return nsexec_fail(NSEXEC_STEP_GROUPS, 0);
	if (!setresgid(0, 0, 0) && !setresuid(0, 0, 0))
		return 0;
	if (j->target.dir < 0 || fstatat(j->target.dir, "", &st, AT_EMPTY_PATH))
		return nsexec_fail(NSEXEC_STEP_CREDENTIALS, KIND_USER);
	if (setresgid(st.st_gid, st.st_gid, st.st_gid) ||
	    setresuid(st.st_uid, st.st_uid, st.st_uid))
		return nsexec_fail(NSEXEC_STEP_CREDENTIALS, KIND_USER);
	return 0;
}

/*
 * The target may have laid a link to /proc/self/fd/N: a directory of the
 * caller's that is still open would take us out again (CVE-2024-21626). The
 * system call says "(unreachable)" of a directory that is not below the root.
 */
static int cwd_reachable(void)
{
	char path[PATH_MAX];

	if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
		return 0;
	errno = EXDEV;
	return path[0] == '/';
}

static int enter_dirs(const struct join *j)
{
	const struct nsexec_request *r = j->req;

	if (j->root >= 0) {
		if (fchdir(j->root) || chroot("."))
			return nsexec_fail(NSEXEC_STEP_CHROOT, 0);
	}
	if (j->wd >= 0 && fchdir(j->wd))
		return nsexec_fail(NSEXEC_STEP_CHDIR, 0);
	if (r->wdns && (chdir(r->wdns) || !cwd_reachable()))
		return nsexec_fail(NSEXEC_STEP_CHDIR, 0);
	return 0;
}

/*
 * The caller's supplementary groups mean access that the target does not have.
 * Where dropping them is refused it is tried again in the user namespace, if
 * one is joined.
 */
static int drop_groups(const struct nsexec_request *req, uint32_t joined)
{
	if (!(joined & (KIND_USER | KIND_MNT)) || req->preserve || req->privileged)
		return 0;
	if (!setgroups(0, NULL) || (joined & KIND_USER) || !getgroups(0, NULL))
		return 0;
	return nsexec_fail(NSEXEC_STEP_GROUPS, 0);
}

static int join(struct join *j, struct nsexec_last *last)
{
	const struct nsexec_request *req = j->req;
	uint32_t joined;

	if (open_outside(j, last))
		return -1;

	nsexec_close_at_exec(req->keep_fds);
	last->closed = 1;
	/* Before anything is joined: processes in there could trace us or take our descriptors. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return nsexec_fail(NSEXEC_STEP_DUMPABLE, 0);
	joined = j->pending;
	if (drop_groups(req, joined))
		return -1;
	if (joined && join_pending(j)) {
		nsexec_record.inside_mount = (joined & ~j->pending & KIND_MNT) != 0;
		return -1;
	}
	nsexec_record.joined = joined;
	nsexec_record.inside_mount = (joined & KIND_MNT) != 0;
	if (verify(j, joined))
		return -1;
	if ((joined & KIND_USER) && !req->preserve && become(j))
		return -1;
	return enter_dirs(j);
}

int nsexec_join(const struct nsexec_request *req, struct nsexec_last *last)
{
	struct join j = { .req = req, .root = -1, .wd = -1 };

	j.has_target = req->target || req->target_fd >= 0;
	j.target = (struct nsexec_target){
		.pidfd = -1, .dir = -1, .self_ns = -1, .self_pidfd = -1
	};
	for (int i = 0; i < NSEXEC_KINDS; i++)
		j.fd[i] = -1;
	if (!join(&j, last))
		return 0;
	if (j.target.pidfd >= 0) /* whatever failed: a target that died is why */
		nsexec_alive(&j.target);
	return -1;
}
