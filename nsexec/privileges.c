// What the command line says of the last step: nsjoin's, since Go, which works it
// out from names and profiles, must not run inside of a target.

#include "nsexec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { MAX_GROUPS = 65536 }; /* NGROUPS_MAX, getgroups(2) */

/* Reads a list of ids into groups, which may be NULL; their number, or -1 when it is none. */
static int read_groups(const char *s, gid_t *groups)
{
	int n = 0;

	for (;; s++) {
		uint64_t id = 0;

		if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
			return -1;
		for (; *s >= '0' && *s <= '9'; s++) {
			id = id * 10 + (uint64_t)(*s - '0');
			if (id >= NSEXEC_NO_ID)
				return -1;
		}
		if (n == MAX_GROUPS)
			return -1;
		if (groups)
			groups[n] = (gid_t)id;
		n++;
		if (!*s)
			return n;
		if (*s != ',')
			return -1;
	}
}

int nsexec_is_groups(const char *text)
{
	return text && read_groups(text, NULL) > 0;
}

/* bounding:effective:ambient, each 1 to 16 lower-case hexadecimal digits. */
static int read_caps(const char *s, uint64_t sets[3])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 3; i++, s++) {
		int length = 0;

		sets[i] = 0;
		for (const char *d; *s && (d = strchr(digits, *s)); s++, length++)
			sets[i] = sets[i] << 4 | (uint64_t)(d - digits);
		if (length < 1 || length > 16 || *s != (i < 2 ? ':' : '\0'))
			return -1;
	}
	return 0;
}

int nsexec_is_caps(const char *text)
{
	uint64_t sets[3];

	return text && !read_caps(text, sets);
}

/* The flags of seccomp(2) and then the filter. It is mapped, so that the descriptor can go. */
static int map_filter(int fd, struct nsexec_last *last)
{
	static struct kernel_sock_fprog program;
	const uint32_t *flags;
	struct stat st;
	size_t n;

	if (fstat(fd, &st))
		return -1;
	n = st.st_size > (off_t)sizeof(*flags)
		    ? ((size_t)st.st_size - sizeof(*flags)) / sizeof(*program.filter)
		    : 0;
	errno = EINVAL;
	if (n < 1 || n > BPF_MAXINSNS_ ||
	    (size_t)st.st_size != sizeof(*flags) + n * sizeof(*program.filter))
		return -1;
	flags = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (flags == MAP_FAILED)
		return -1;
	program.len = (unsigned short)n;
	program.filter = (const struct kernel_sock_filter *)(const void *)(flags + 1);
	last->seccomp = &program;
	last->seccomp_flags = *flags;
	return 0;
}

/* Instead of the target's sets, which were read meanwhile: Go has made these from them. */
void nsexec_set_caps(const struct nsexec_request *req, struct nsexec_last *last)
{
	uint64_t sets[3];

	if (!req->caps || read_caps(req->caps, sets))
		return;
	last->limit_caps = 1;
	last->bounding = sets[0];
	last->permitted = last->effective = sets[1];
	last->ambient = sets[2];
}

/* Before anything is joined, while what is missing can still be told in full. */
int nsexec_privileges(const struct nsexec_request *req, struct nsexec_last *last)
{
	last->uid = req->set_uid;
	last->gid = req->set_gid;
	last->set_groups = req->set_gid != NSEXEC_NO_ID || req->groups;
	if (req->groups) {
		gid_t *groups = malloc(MAX_GROUPS * sizeof(*groups));

		if (!groups)
			return nsexec_fail(NSEXEC_STEP_GROUPS, 0);
		last->groups = groups;
		last->ngroups = (size_t)read_groups(req->groups, groups);
	}
	last->no_new_privs = req->no_new_privs;
	if (req->seccomp_fd >= 0 && map_filter(req->seccomp_fd, last))
		return nsexec_fail(NSEXEC_STEP_SECCOMP, 0);
	return 0;
}
