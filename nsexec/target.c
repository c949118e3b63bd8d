// Pins the target process and sees which namespaces it and we are in.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * In joining order. The user namespace comes first, because its capabilities
 * may be what permits the others; the mount namespace comes late, because what
 * was opened by path must have been opened before it.
 */
const struct nsexec_kind nsexec_kinds[NSEXEC_KINDS] = {
	{ KIND_USER, "user", "user", PIDFD_GET_NS_(9) },
	{ KIND_CGROUP, "cgroup", "cgroup", PIDFD_GET_NS_(1) },
	{ KIND_IPC, "ipc", "ipc", PIDFD_GET_NS_(2) },
	{ KIND_UTS, "uts", "uts", PIDFD_GET_NS_(10) },
	{ KIND_NET, "net", "net", PIDFD_GET_NS_(4) },
	{ KIND_PID, "pid", "pid_for_children", PIDFD_GET_NS_(5) },
	{ KIND_MNT, "mnt", "mnt", PIDFD_GET_NS_(3) },
	{ KIND_TIME, "time", "time_for_children", PIDFD_GET_NS_(7) },
};

/* EPERM is what seccomp profiles of container engines answer to calls that they do not know. */
static int missing(int err)
{
	return err == ENOSYS || err == EPERM;
}

static int pidfd_open(int pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* The text of a file of /proc, cut off where it does not fit; -1 when it cannot be read. */
static int read_text(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;

	if (fd >= 0)
		while ((n = read(fd, text + len, size - 1 - len)) > 0)
			len += (size_t)n;
	if (fd >= 0)
		close(fd);
	text[len] = 0;
	return n < 0 ? -1 : 0;
}

/* The PID that a pidfd stands for, as our own /proc shows it; 0 when that cannot be known. */
static int pidfd_pid(int pidfd)
{
	char path[40], text[512], *line;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	read_text(AT_FDCWD, path, text, sizeof(text));
	line = strstr(text, "\nPid:");
	return line ? atoi(line + 5) : 0;
}

/* Opens /proc/self/ns, or a pidfd of this process where there is no /proc. */
void nsexec_open_self(struct nsexec_target *t)
{
	t->self_pidfd = -1;
	t->self_ns = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->self_ns < 0)
		t->self_pidfd = pidfd_open(getpid());
}

/*
 * A /proc of another PID namespace shows other processes under our numbers:
 * its "self" is then missing or not us.
 */
static int foreign_proc(void)
{
	char self[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	if (n < 0)
		return 1;
	self[n] = 0;
	return atoi(self) != getpid();
}

/*
 * A process that executes no file is on its way out, or a kernel thread: those
 * have the machine's own namespaces, which nobody means.
 */
static int no_exe(const struct nsexec_target *t)
{
	const unsigned kthread = 0x00200000; /* PF_KTHREAD */
	char text[512], *after_comm;
	unsigned flags = 0;

	read_text(t->dir, "stat", text, sizeof(text));
	after_comm = strrchr(text, ')');
	if (after_comm && sscanf(after_comm + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	    (flags & kthread)) {
		errno = EINVAL;
		return nsexec_fail(NSEXEC_STEP_PIN, 0);
	}
	errno = ESRCH;
	return nsexec_fail(NSEXEC_STEP_GONE, 0);
}

/* Where pidfd_open does not say so (EINVAL): whether the number is that of a thread. */
static int is_thread(const struct nsexec_target *t)
{
	char text[1024], *line;

	read_text(t->dir, "status", text, sizeof(text));
	line = strstr(text, "\nTgid:");
	return line && atoi(line + 6) != t->pid;
}

/*
 * Pins the target before anything of it is read: by a pidfd (5.3) and by its
 * directory in /proc, which goes on standing for that process when the PID is
 * used again. Either alone suffices; without both there is no target.
 */
int nsexec_pin(struct nsexec_target *t, const struct nsexec_request *req)
{
	char path[24];

	t->pid = req->target;
	t->dir = -1;
	t->pidfd = req->target_fd;
	if (t->pidfd < 0) {
		t->pidfd = pidfd_open(t->pid);
		if (t->pidfd < 0 && !missing(errno))
			return nsexec_fail(NSEXEC_STEP_PIN, 0);
	} else {
		t->pid = pidfd_pid(t->pidfd);
	}
	if (t->self_ns < 0) { /* no /proc at all: the pidfd must do */
		if (t->pidfd >= 0)
			return 0;
		errno = ENOENT;
		return nsexec_fail(NSEXEC_STEP_PIN, 0);
	}
	if (foreign_proc()) {
		errno = ESRCH;
		return nsexec_fail(NSEXEC_STEP_FOREIGN_PROC, 0);
	}
	snprintf(path, sizeof(path), "/proc/%d", t->pid);
	t->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->dir < 0)
		return nsexec_fail(NSEXEC_STEP_PIN, 0);
	if (nsexec_alive(t))
		return -1;
	if (t->pidfd < 0 && is_thread(t)) {
		errno = EINVAL;
		return nsexec_fail(NSEXEC_STEP_PIN, 0);
	}
	if (readlinkat(t->dir, "exe", path, sizeof(path)) < 0 && errno == ENOENT)
		return no_exe(t);
	return 0;
}

/* Whether the pinned process still runs: what was read through its directory until now was its own. */
int nsexec_alive(const struct nsexec_target *t)
{
	struct pollfd p = { .fd = t->pidfd, .events = POLLIN };
	struct stat st;

	if (t->pidfd >= 0 ? poll(&p, 1, 0) == 0 : !fstatat(t->dir, "stat", &st, 0))
		return 0;
	errno = ESRCH;
	return nsexec_fail(NSEXEC_STEP_GONE, 0);
}

static int inode_of(int dir, const char *name, int pidfd, unsigned request,
		    struct nsexec_inode *out)
{
	struct stat st;
	int fd, rc;

	if (dir >= 0) {
		rc = fstatat(dir, name, &st, 0);
	} else {
		fd = ioctl(pidfd, request, 0);
		if (fd < 0)
			return -1;
		rc = fstat(fd, &st);
		close(fd);
	}
	if (!rc)
		*out = (struct nsexec_inode){ st.st_dev, st.st_ino };
	return rc;
}

int nsexec_target_ns(const struct nsexec_target *t, int kind, struct nsexec_inode *out)
{
	char path[24];

	snprintf(path, sizeof(path), "ns/%s", nsexec_kinds[kind].name);
	return inode_of(t->dir, path, t->pidfd, nsexec_kinds[kind].pidfd_ioctl, out);
}

/* Our own namespace, or with `children` the one that our next child will be in. */
int nsexec_self_ns(const struct nsexec_target *t, int kind, int children, struct nsexec_inode *out)
{
	const struct nsexec_kind *k = &nsexec_kinds[kind];
	unsigned request = k->pidfd_ioctl;

	if (children && (k->flag == KIND_PID || k->flag == KIND_TIME))
		request++; /* PIDFD_GET_*_FOR_CHILDREN_NAMESPACE follow theirs */
	return inode_of(t->self_ns, children ? k->children : k->name, t->self_pidfd, request, out);
}

static int status_field(const char *text, const char *name, uint64_t *out)
{
	const char *line = strstr(text, name);
	char *end;

	if (!line)
		return -1;
	*out = strtoull(line + strlen(name), &end, 16);
	return end == line + strlen(name) ? -1 : 0;
}

/*
 * What the target may do is what the command may do at most: its capability
 * sets, with nothing to inherit, and its no_new_privs (shown since 4.10).
 */
int nsexec_read_limits(const struct nsexec_target *t, struct nsexec_last *last)
{
	char text[8192];
	uint64_t nnp = 0;

	errno = ENOENT; /* without /proc; else read_text says why */
	if (t->dir < 0 || read_text(t->dir, "status", text, sizeof(text)))
		return nsexec_fail(NSEXEC_STEP_STATUS, 0);
	if (status_field(text, "\nCapPrm:\t", &last->permitted) ||
	    status_field(text, "\nCapEff:\t", &last->effective) ||
	    status_field(text, "\nCapBnd:\t", &last->bounding)) {
		errno = EINVAL;
		return nsexec_fail(NSEXEC_STEP_STATUS, 0);
	}
	status_field(text, "\nNoNewPrivs:\t", &nnp);
	last->no_new_privs |= nnp != 0;
	last->limit_caps = 1;
	return 0;
}
