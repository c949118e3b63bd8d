/*
 * options.h - what the constructor must know of a tool's options.
 *
 * The tables of this shape are written by `go generate` from the pflag
 * definitions in internal/cli (see internal/cli/gentable), so that the options
 * have one definition. The scanner (scan.c) knows no option by name.
 */
#ifndef NSEXEC_OPTIONS_H
#define NSEXEC_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/* Whether an option takes an argument, and how. */
enum nsexec_arg {
	NSEXEC_ARG_NONE,     /* --name; `--name=x` is not understood */
	NSEXEC_ARG_REQUIRED, /* --name=x, --name x, -nx, -n=x, -n x */
	NSEXEC_ARG_OPTIONAL, /* --name, --name=x, -n; -n/x -n.x -n:x -n=x (the '=' is dropped, the other three belong to the argument) */
};

/* What an option asks of the constructor. */
enum nsexec_act {
	NSEXEC_ACT_NONE, /* nothing by itself; `ns` and `flags` below still count */
	NSEXEC_ACT_NEW,  /* create a namespace of kind `ns`; an argument is a file to keep it on */
	NSEXEC_ACT_JOIN, /* join the target's namespace of kind `ns`; an argument is a namespace file to join instead */
	NSEXEC_ACT_ALL, /* all kinds: nsjoin joins those of the target; nsrun's creates those in `ns` */
	NSEXEC_ACT_TARGET, /* argument: PID, decimal, 1..INT_MAX, no sign and no leading zero */
	NSEXEC_ACT_TARGET_FD, /* argument: number of an open pidfd of the target (canonical command lines only) */
	NSEXEC_ACT_FORK,    /* fork even when no new namespace needs it */
	NSEXEC_ACT_NO_FORK, /* do not fork after joining a PID namespace */
	NSEXEC_ACT_KILL_CHILD, /* death signal; argument: a signal number 1..64, default SIGKILL; implies a fork */
	NSEXEC_ACT_MAP_ROOT,    /* map the caller's effective ids to 0 */
	NSEXEC_ACT_MAP_CURRENT, /* map the caller's effective ids to themselves */
	NSEXEC_ACT_ROOT,        /* argument: root directory; none: the target's (nsjoin) */
	NSEXEC_ACT_WD, /* argument: working directory, opened before joining; none: the target's (nsjoin) */
	NSEXEC_ACT_WDNS, /* argument: working directory, resolved after joining; none: the target's, inside */
	NSEXEC_ACT_PRESERVE,   /* keep uid, gid and groups when a user namespace is joined */
	NSEXEC_ACT_PRIVILEGED, /* keep the caller's capabilities when a mount namespace is joined */
	NSEXEC_ACT_SHELLS, /* the operands are login shells: the first that can be executed is (canonical command lines only) */
	NSEXEC_ACT_SYNC_FD, /* argument: number of the socket to who started us (canonical command lines only) */
	NSEXEC_ACT_KEEP_FDS, /* argument: how many descriptors from 3 on are passed on (canonical command lines only) */
	NSEXEC_ACT_MAP,   /* maps that the helper writes, whatever the argument */
	NSEXEC_ACT_OWNER, /* argument: UID:GID, decimal; who creates the user namespace */
	NSEXEC_ACT_DROP_GROUPS, /* drop the supplementary groups, while a new user namespace does not forbid it yet */
	NSEXEC_ACT_SETUID, /* argument: uid of the command, decimal */
	NSEXEC_ACT_SETGID, /* argument: gid of the command, decimal; the supplementary groups are dropped */
	NSEXEC_ACT_GROUPS,       /* argument: supplementary groups, decimal, with commas */
	NSEXEC_ACT_NO_NEW_PRIVS, /* no_new_privs */
	NSEXEC_ACT_CAPS, /* argument: bounding:effective:ambient, hexadecimal (canonical command lines only) */
	NSEXEC_ACT_SECCOMP_FD, /* argument: number of a memfd with SECCOMP_FILTER_FLAG_* and a filter (canonical command lines only) */
	NSEXEC_ACT_VOLUME, /* argument: SRC:DST[:OPTS]; with the option idmap it is mounted from outside */
	NSEXEC_ACT_FS, /* argument: TYPE:SRC:DST[:OPTS]; unless SRC is empty it may be mounted from outside */
	NSEXEC_ACT_WAIT, /* wait for a "go" on that socket (canonical command lines only) */
};

/* What holds for an option whatever its act. */
enum nsexec_option_flag {
	NSEXEC_OPT_GO =
		1, /* leaves work for Go in the new namespaces: do not execute the command from C */
	NSEXEC_OPT_DEFER =
		2, /* Go must come first (--help, --explain, a name to resolve): do nothing at all */
	NSEXEC_OPT_LIMITS =
		4, /* takes privileges from the command, which then must not reach our executable */
};

struct nsexec_option {
	const char *name; /* long name, without dashes */
	char letter;      /* short name, 0 when it has none */
	uint8_t arg;      /* enum nsexec_arg */
	uint8_t act;      /* enum nsexec_act */
	uint8_t flags;    /* enum nsexec_option_flag */
	uint32_t ns;      /* CLONE_NEW* that the option names or implies */
};

enum nsexec_mode {
	NSEXEC_MODE_RUN,  /* first operand may be ROOTFS; options create namespaces */
	NSEXEC_MODE_JOIN, /* options join namespaces; all operands are the command */
	NSEXEC_MODE_EXEC, /* canonical command lines of nsexec.Command: both */
};

struct nsexec_table {
	const char *tool; /* name in messages */
	enum nsexec_mode mode;
	const struct nsexec_option *options;
	size_t count;
};

/*
 * The table of the program that this package is linked into. A tool under cmd/
 * defines it; where nobody does, the constructor does nothing.
 */
extern const struct nsexec_table *const nsexec_table __attribute__((weak));

#endif
