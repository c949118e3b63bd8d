// The id maps of one line that a process may write for itself (user_namespaces(7)).

#include "nsexec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_file(const char *path, const char *text)
{
	const size_t len = strlen(text);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -1;
	err = write(fd, text, len) == (ssize_t)len ? 0 : errno;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static int write_map(const char *path, int map, uint32_t outer)
{
	char line[40];

	snprintf(line, sizeof(line), "%u %u 1\n", map == NSEXEC_MAP_ROOT ? 0 : outer, outer);
	return write_file(path, line);
}

/*
 * setgroups must be denied before gid_map: since Linux 3.19 an unprivileged
 * process may map its group only after giving up dropping groups, which could
 * have been there to deny it access (CVE-2014-8989). Older kernels lack the file.
 */
int nsexec_write_maps(int map, uint32_t euid, uint32_t egid)
{
	if (map == NSEXEC_MAP_NONE)
		return 0;
	if (write_file("/proc/self/setgroups", "deny") && errno != ENOENT)
		return nsexec_fail(NSEXEC_STEP_SETGROUPS_FILE, KIND_USER);
	if (write_map("/proc/self/gid_map", map, egid))
		return nsexec_fail(NSEXEC_STEP_GID_MAP, KIND_USER);
	if (write_map("/proc/self/uid_map", map, euid))
		return nsexec_fail(NSEXEC_STEP_UID_MAP, KIND_USER);
	return 0;
}
