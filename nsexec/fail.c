// Where failures are kept, and the one place where C prints.

#include "nsexec.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Not initialised here but in the constructor: as initialised data it would lie
 * among Go's, and its page fault would map those as well (see forget_program).
 */
struct nsexec_record nsexec_record;

/* Notes what failed, with the current errno; always -1, so that callers can return it. */
int nsexec_fail(int step, uint32_t ns)
{
	nsexec_record.failure = (struct nsexec_failure){ .step = step, .err = errno, .ns = ns };
	return -1;
}

static void print(const char *line, int n)
{
	while (n > 0 && write(2, line, (size_t)n) < 0 && errno == EINTR)
		;
}

static const char *words(int step)
{
	switch (step) {
	case NSEXEC_STEP_SETNS:
		return "join a namespace of the target";
	case NSEXEC_STEP_GONE:
		return "the target process is gone";
	case NSEXEC_STEP_VERIFY:
		return "a namespace was not joined";
	case NSEXEC_STEP_CREDENTIALS:
		return "set uid and gid in the joined user namespace (or use "
		       "--preserve-credentials)";
	case NSEXEC_STEP_GROUPS:
	case NSEXEC_STEP_SETGID:
	case NSEXEC_STEP_SETUID:
		return "set uid, gid and groups";
	case NSEXEC_STEP_CHROOT:
		return "change the root directory";
	case NSEXEC_STEP_CHDIR:
		return "change the working directory";
	case NSEXEC_STEP_CLONE:
		return "fork (see ulimit -u, and pids.max of the cgroup)";
	case NSEXEC_STEP_BOUNDING:
	case NSEXEC_STEP_CAPSET:
		return "set the capabilities";
	case NSEXEC_STEP_SECCOMP:
		return "load the seccomp filter";
	case NSEXEC_STEP_DEATHSIG:
		return "tie the command to its supervisor";
	case NSEXEC_STEP_NO_NEW_PRIVS:
		return "set no_new_privs";
	case NSEXEC_STEP_EXEC:
		return "execute";
	}
	return "prepare the command";
}

/*
 * For what fails after a target's mount namespace has been joined: Go must not
 * start there, because on its way to main it opens files of the target.
 * One write(2), and the target cannot have had a hand in what is printed.
 */
void nsexec_complain(const char *tool, const struct nsexec_record *r)
{
	char line[512];
	const char *object = "";
	int n;

	if (r->failure.step == NSEXEC_STEP_EXEC && r->req.shells)
		object = "a shell, since no command was given";
	else if (r->failure.step == NSEXEC_STEP_EXEC)
		object = r->argv[r->req.command];
	if (r->failure.step == NSEXEC_STEP_CHDIR && r->req.wdns)
		object = r->req.wdns;
	n = snprintf(line, sizeof(line), "%s: %s%s%.200s: %s\n", tool, words(r->failure.step),
		     *object ? " " : "", object, strerror(r->failure.err));
	if (n > (int)sizeof(line) - 1)
		n = (int)sizeof(line) - 1;
	for (int i = 0; i < n - 1; i++)
		if ((unsigned char)line[i] < 0x20 || (unsigned char)line[i] >= 0x7f)
			line[i] = '?';
	print(line, n);
}

/* For a limit with which Go could not even start to say it. */
void nsexec_too_small(const char *tool, const char *limit)
{
	char line[256];

	print(line, snprintf(line, sizeof(line), "%s: start: the limit on %s\n", tool, limit));
	_exit(125);
}
