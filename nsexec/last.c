// The last step: what turns this thread into the command.
//
// Two callers: the constructor, and Go through cgo on the thread that executes.
// Raw system calls throughout, because libc's setuid and friends would act on
// all threads (and wait for them with signals that are blocked here).

#include "nsexec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int failed(struct nsexec_failure *f, int step)
{
	*f = (struct nsexec_failure){ .step = step, .err = errno };
	return -1;
}

/* execve gives root the whole bounding set, which may be more than is permitted. */
static uint64_t bounding_set(const struct nsexec_last *l)
{
	const uint32_t uid = l->uid != NSEXEC_NO_ID ? l->uid : geteuid();

	/* with no_new_privs it gives nothing that is not permitted already */
	return uid || l->no_new_privs ? l->bounding : l->bounding & l->permitted;
}

/* Before the ids change, since it needs CAP_SETPCAP. */
static int drop_bounding(uint64_t keep)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (keep >> cap & 1)
			continue;
		if (!prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			continue;
		if (errno == EINVAL) /* past the last capability of this kernel */
			return 0;
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 0)
			return -1;
	}
	return 0;
}

static int set_ids(const struct nsexec_last *l, struct nsexec_failure *f)
{
	if (l->set_groups && syscall(SYS_setgroups, l->ngroups, l->groups))
		return failed(f, NSEXEC_STEP_GROUPS);
	if (l->gid != NSEXEC_NO_ID && syscall(SYS_setresgid, l->gid, l->gid, l->gid))
		return failed(f, NSEXEC_STEP_SETGID);
	if (l->uid != NSEXEC_NO_ID && syscall(SYS_setresuid, l->uid, l->uid, l->uid))
		return failed(f, NSEXEC_STEP_SETUID);
	return 0;
}

/*
 * An empty inheritable set empties the ambient set as well (capabilities(7)). With
 * an ambient set the effective one is what it says, as a change of ids has emptied it.
 */
static int limit_sets(const struct nsexec_last *l)
{
	struct kernel_cap_header h = { .version = CAP_VERSION_3_ };
	struct kernel_cap_data d[2];

	if (syscall(SYS_capget, &h, d))
		return -1;
	for (int i = 0; i < 2; i++) {
		const uint32_t effective = (uint32_t)(l->effective >> 32 * i);

		d[i].permitted &= (uint32_t)(l->permitted >> 32 * i);
		d[i].effective = (l->ambient ? effective : effective & d[i].effective) &
				 d[i].permitted;
		d[i].inheritable = (uint32_t)(l->ambient >> 32 * i) & d[i].permitted;
	}
	if (syscall(SYS_capset, &h, d))
		return -1;
	for (unsigned long cap = 0; cap < 64; cap++)
		if ((d[cap / 32].inheritable >> cap % 32 & 1) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0))
			return -1;
	return 0;
}

/*
 * A change of ids, those for files included, takes the death signal away. Who
 * asked for it may have died meanwhile, and the pipe tells.
 */
int nsexec_follow_again(int death_signal)
{
	char byte;

	if (!death_signal)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0))
		return -1;
	if (nsexec_record.alive_fd >= 0 && read(nsexec_record.alive_fd, &byte, 1) == 0)
		_exit(125);
	return 0;
}

static int set_privileges(const struct nsexec_last *l, struct nsexec_failure *f)
{
	if (l->limit_caps && drop_bounding(bounding_set(l)))
		return failed(f, NSEXEC_STEP_BOUNDING);
	/* else the change from 0 to another uid would take all of them away; execve ends it */
	if (l->ambient && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return failed(f, NSEXEC_STEP_CAPSET);
	if (set_ids(l, f))
		return -1;
	if (l->limit_caps && limit_sets(l))
		return failed(f, NSEXEC_STEP_CAPSET);
	if (l->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed(f, NSEXEC_STEP_NO_NEW_PRIVS);
	return nsexec_follow_again(l->death_signal) ? failed(f, NSEXEC_STEP_DEATHSIG) : 0;
}

/* Before 5.11. Only real procfs can say which descriptors are open; else all that there can be. */
static void mark_one_by_one(int first)
{
	int dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct rlimit max;
	struct dirent *e;
	DIR *d = NULL;

	if (dir >= 0 && !fstatfs(dir, &fs) && fs.f_type == PROC_SUPER_MAGIC_)
		d = fdopendir(dir);
	if (d) {
		while ((e = readdir(d))) {
			int fd = atoi(e->d_name);

			if (fd >= first)
				fcntl(fd, F_SETFD, FD_CLOEXEC);
		}
		closedir(d);
		return;
	}
	if (getrlimit(RLIMIT_NOFILE, &max) || max.rlim_max > 1 << 20)
		max.rlim_max = 1 << 20;
	for (int fd = first; fd < (int)max.rlim_max; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/*
 * Lets execve close the descriptors from 3 + keep on. They are not closed at
 * once, since one of Go's other threads may be waiting for events, and Go ends
 * the process when its descriptor for that goes bad.
 */
void nsexec_close_at_exec(int keep)
{
	if (syscall(SYS_close_range, 3 + keep, ~0u, CLOSE_RANGE_CLOEXEC_))
		mark_one_by_one(3 + keep);
}

static const char *path_variable(char *const *envp)
{
	for (; envp && *envp; envp++)
		if (!strncmp(*envp, "PATH=", 5))
			return *envp + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/*
 * execvp(3) on the PATH that the command will have, without its habit of
 * running a text file with /bin/sh: that ENOEXEC is an error (exit 126).
 */
static void search_and_exec(const char *name, char *const *argv, char *const *envp)
{
	char file[PATH_MAX];
	int denied = 0;

	if (strchr(name, '/') || !*name) {
		execve(name, argv, envp);
		return;
	}
	for (const char *p = path_variable(envp), *end;; p = end + 1) {
		int n;

		end = strchrnul(p, ':');
		n = snprintf(file, sizeof(file), "%.*s%s%s", (int)(end - p), p, end > p ? "/" : "",
			     name);
		errno = ENAMETOOLONG;
		/* an execve that finds nothing costs twenty times as much as asking */
		if (n < (int)sizeof(file) && !access(file, F_OK))
			execve(file, argv, envp);
		if (errno == EACCES)
			denied = 1;
		else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
			return;
		if (!*end)
			break;
	}
	errno = denied ? EACCES : ENOENT;
}

/* The file that the name leads to in PATH, as a filter may forbid to look; else the name. */
static const char *found(const char *name, char *const *envp, char file[PATH_MAX])
{
	struct stat st;

	if (strchr(name, '/') || !*name)
		return name;
	for (const char *p = path_variable(envp), *end;; p = end + 1) {
		int n;

		end = strchrnul(p, ':');
		n = snprintf(file, PATH_MAX, "%.*s%s%s", (int)(end - p), p, end > p ? "/" : "./",
			     name);
		if (n < PATH_MAX && !stat(file, &st) && S_ISREG(st.st_mode) && !access(file, X_OK))
			return file;
		if (!*end)
			return name;
	}
}

/* A login shell has a '-' before its name, as with unshare(1) and nsenter(1). */
static void exec_shells(const struct nsexec_last *l)
{
	for (char *const *shell = l->argv; *shell; shell++) {
		char name[NAME_MAX + 2];
		char *argv[] = { name, NULL };
		const char *base = strrchr(*shell, '/');

		snprintf(name, sizeof(name), "-%s", base ? base + 1 : *shell);
		execve(*shell, argv, l->envp);
	}
}

static int load_filter(const struct nsexec_last *l)
{
	int rc;

	if (l->seccomp_flags & ~SECCOMP_FLAGS_) { /* not one that gives a descriptor */
		errno = EINVAL;
		return -1;
	}
	if (l->seccomp_flags) {
		rc = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER_, l->seccomp_flags,
				  l->seccomp);
		if (rc > 0) /* the number of a thread that could not follow: TSYNC */
			errno = ESRCH;
		return rc ? -1 : 0;
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER_, l->seccomp, 0, 0);
}

void nsexec_last_step(const struct nsexec_last *l, struct nsexec_failure *f)
{
	const struct nsexec_message coming = { .what = NSEXEC_MSG_EXEC };
	char file[PATH_MAX];
	const char *name;

	if (l->seccomp && l->seccomp_early && load_filter(l)) {
		failed(f, NSEXEC_STEP_SECCOMP);
		return;
	}
	if (set_privileges(l, f))
		return;
	if (l->caller && nsexec_restore_caller(l->caller)) {
		*f = nsexec_record.failure;
		return;
	}
	if (!l->closed) /* else before a target was joined, with the caller's own /proc */
		nsexec_close_at_exec(l->keep_fds);
	if (l->sync_fd >= 0)
		nsexec_send(l->sync_fd, &coming);
	name = l->path ? l->path : l->argv[0];
	if (l->seccomp && !l->shells)
		name = found(name, l->envp, file);
	/* last of all: what comes before it, the filter may forbid */
	if (l->seccomp && !l->seccomp_early && load_filter(l)) {
		failed(f, NSEXEC_STEP_SECCOMP);
		return;
	}
	if (l->shells)
		exec_shells(l);
	else
		search_and_exec(name, l->argv, l->envp);
	failed(f, NSEXEC_STEP_EXEC);
}
