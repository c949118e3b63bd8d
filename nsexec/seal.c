// Keeps the host's binary out of a container's reach (CVE-2019-5736).
//
// A container whose shell is the script `#!/proc/self/exe`, or that opens
// /proc/PID/exe, gets hold of the file that we were executed from, and as root
// of the same user namespace it could write to it. So, before a foreign mount
// namespace is joined, we execute ourselves again from a file that nobody can
// write to. Measured on Linux 6.18 (docs/performance.md): the read-only clone
// costs one execve, a sealed memfd of the whole binary six times as much.

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int open_exe(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (fd < 0) /* no /proc: the path that we were executed by */
		fd = open((const char *)getauxval(AT_EXECFN), O_RDONLY | O_CLOEXEC);
	return fd;
}

static void path_of_fd(char path[static 32], int fd)
{
	snprintf(path, 32, "/proc/self/fd/%d", fd);
}

/*
 * Whether we have been here: executed through a descriptor, and of a file that
 * is sealed, on a read-only mount, or has no name any more.
 */
static int is_sealed(int exe)
{
	const char *by = (const char *)getauxval(AT_EXECFN);
	struct statfs fs;
	struct stat st;
	int seals;

	if (!by || (strncmp(by, "/dev/fd/", 8) && strncmp(by, "/proc/self/fd/", 14)))
		return 0;
	seals = fcntl(exe, F_GET_SEALS_);
	if (seals >= 0 && (seals & F_SEAL_WRITE_))
		return 1;
	if (!fstatfs(exe, &fs) && (fs.f_flags & ST_RDONLY_))
		return 1;
	return !fstat(exe, &st) && !st.st_nlink;
}

/*
 * A clone of the mount that the file is on, made read-only and then dissolved:
 * it belongs to no mount namespace any more, and so nobody can make it writable
 * again (mount_setattr(2) and remounting refuse what is not mounted). That is
 * also why the descriptor of the clone itself would not do: a container could
 * change a clone that is merely detached. Needs CAP_SYS_ADMIN and Linux 5.12.
 */
static int dissolved_clone(int exe)
{
	const struct kernel_mount_attr ro = { .attr_set = MOUNT_ATTR_RDONLY_ };
	char path[32];
	int tree, fd = -1;

	tree = (int)syscall(SYS_open_tree, exe, "", OPEN_TREE_CLONE_ | O_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0)
		return -1;
	path_of_fd(path, tree);
	if (!syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &ro, sizeof(ro)))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	close(tree);
	return fd;
}

/* With a small RLIMIT_FSIZE it must fail with EFBIG, and not end us by a signal. */
static int copy(int from, int to)
{
	void (*const before)(int) = signal(SIGXFSZ, SIG_IGN);
	off_t at = 0;
	struct stat st;
	int rc = fstat(from, &st);

	while (!rc && at < st.st_size)
		if (sendfile(to, from, &at, (size_t)(st.st_size - at)) <= 0)
			rc = -1;
	signal(SIGXFSZ, before);
	return rc;
}

/* A copy in memory that is sealed against every change; Linux 3.17. */
static int sealed_memfd(int exe)
{
	const unsigned flags = MFD_CLOEXEC_ | MFD_ALLOW_SEALING_;
	int fd = (int)syscall(SYS_memfd_create, "nskit", flags | MFD_EXEC_);

	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "nskit", flags);
	if (fd < 0)
		return -1;
	if (!copy(exe, fd) && !fcntl(fd, F_ADD_SEALS_, F_SEAL_ALL_))
		return fd;
	close(fd);
	return -1;
}

/*
 * Before 3.17: a copy without a name. It could be written to, but it is not the
 * host's file and goes with us. Open for reading only, since a file that is open
 * for writing cannot be executed.
 */
static int nameless_copy(int exe)
{
	static const char *const dirs[] = { "/run", "/dev/shm", "/tmp", "/var/tmp" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		char name[64], path[32];
		int to, fd = -1;

		snprintf(name, sizeof(name), "%s/.nskit-%d", dirs[i], getpid());
		to = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700);
		if (to < 0)
			continue;
		unlink(name);
		path_of_fd(path, to);
		if (!copy(exe, to))
			fd = open(path, O_RDONLY | O_CLOEXEC);
		close(to);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

/*
 * What we may not write to, nobody who has only our ids may: the file is
 * another user's, and not writable. Its owner could make it so.
 */
static int is_anothers(int exe)
{
	struct stat st;

	return geteuid() && !fstat(exe, &st) && st.st_uid != geteuid() &&
	       faccessat(AT_FDCWD, "/proc/self/exe", W_OK, 0) && errno == EACCES;
}

static void exec_again(int fd)
{
	const struct nsexec_record *r = &nsexec_record;
	char path[32];

	if (fd < 0)
		return;
	syscall(SYS_execveat, fd, "", r->argv, r->envp, AT_EMPTY_PATH);
	path_of_fd(path, fd); /* before 3.19 */
	execve(path, r->argv, r->envp);
	close(fd);
}

int nsexec_seal(void)
{
	int exe = open_exe();

	if (exe < 0)
		return nsexec_fail(NSEXEC_STEP_SEAL, 0);
	if (is_sealed(exe)) {
		close(exe);
		return 0;
	}
	if (is_anothers(exe)) {
		close(exe);
		return 0;
	}
	exec_again(dissolved_clone(exe));
	exec_again(sealed_memfd(exe));
	exec_again(nameless_copy(exe));
	return nsexec_fail(NSEXEC_STEP_SEAL, 0);
}
