/*
 * nsexec.h - what the parts of the constructor share, and what Go reads.
 *
 * The files, in the order in which a run goes through them:
 *
 *   constructor.c  the plan: who am I, what is asked, which way
 *   args.c         the command line, found without /proc
 *   caller.c       what Go's start would change, noted and restored
 *   scan.c         the option scanner
 *   seal.c         never let a container reach the host's binary
 *   target.c       pin a process, see its namespaces
 *   join.c         setns, and the proof that it happened
 *   create.c       unshare, clone3 and what older kernels need
 *   idmap.c        the one-line id maps
 *   sync.c         messages between these processes
 *   supervise.c    wait, forward signals, pass on the exit status
 *   privileges.c   who the command is and what it may do, as far as words say it
 *   last.c         the last step: from here to the command
 *   *_workaround.c one file for each fault of kernel or libc
 */
#ifndef NSEXEC_NSEXEC_H
#define NSEXEC_NSEXEC_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "kernel.h"
#include "options.h"

#define NSEXEC_KINDS 8

/* One kind of namespace; nsexec_kinds[] (target.c) is in joining order. */
struct nsexec_kind {
	uint32_t flag;
	const char *name;     /* below /proc/PID/ns */
	const char *children; /* the link that setns and unshare change */
	unsigned pidfd_ioctl; /* PIDFD_GET_*_NAMESPACE, 6.11 */
};
extern const struct nsexec_kind nsexec_kinds[NSEXEC_KINDS];

#define NSEXEC_NO_ID 0xffffffffu

enum nsexec_map { NSEXEC_MAP_NONE, NSEXEC_MAP_ROOT, NSEXEC_MAP_CURRENT };

/* What the command line asks for, as far as the constructor is concerned. */
struct nsexec_request {
	uint32_t create;                /* CLONE_NEW* to create, as written */
	uint32_t join;                  /* CLONE_NEW* to join, as written */
	uint32_t by_file;               /* of these, the ones with a FILE */
	const char *file[NSEXEC_KINDS]; /* the FILEs, by index in nsexec_kinds */
	uint8_t join_all;               /* every kind of the target */
	uint8_t fork, no_fork;
	uint8_t kill_signal; /* --kill-child, 0 when not given */
	uint8_t map;         /* enum nsexec_map */
	uint8_t preserve, privileged, shells, wait;
	uint8_t limited;       /* the command has less privileges than the caller */
	uint8_t map_by_helper; /* the maps are more than `map` can say */
	uint8_t drop_groups;
	uint32_t owner_uid, owner_gid; /* NSEXEC_NO_ID: the caller */
	uint32_t set_uid, set_gid;     /* NSEXEC_NO_ID: leave */
	const char *groups, *caps;     /* as written, and checked; NULL: not given */
	int seccomp_fd;                /* -1 when not given */
	uint8_t no_new_privs;
	uint8_t go;      /* Go has work to do in the new namespaces */
	uint8_t outside; /* something may have to be mounted from outside of a new user namespace */
	uint8_t root_set, wd_set, wdns_set;
	int target;                   /* 0 when not given */
	int target_fd, sync_fd;       /* -1 when not given */
	int keep_fds;                 /* descriptors 3 .. 2+keep_fds are passed on */
	const char *root, *wd, *wdns; /* NULL with *_set: the target's */
	int operands;                 /* index of the first operand */
	int command;                  /* index of the command; argc when there is none */
};

/* What was being done; nsexec.go has the words for each. */
enum nsexec_step {
	NSEXEC_STEP_NONE,
	NSEXEC_STEP_STDIO,        /* opening /dev/null for a closed 0, 1 or 2 */
	NSEXEC_STEP_SEAL,         /* making the executable unreachable */
	NSEXEC_STEP_PIN,          /* pidfd_open or /proc/PID */
	NSEXEC_STEP_FOREIGN_PROC, /* /proc shows another PID namespace */
	NSEXEC_STEP_STATUS,       /* reading /proc/PID/status */
	NSEXEC_STEP_OTHER_USER, /* the mount namespace belongs to a user namespace that is not joined */
	NSEXEC_STEP_OPEN_NS, /* a namespace of the target, or FILE */
	NSEXEC_STEP_NO_KIND, /* the kernel lacks this kind */
	NSEXEC_STEP_OPEN_ROOT,
	NSEXEC_STEP_OPEN_WD,
	NSEXEC_STEP_DUMPABLE,
	NSEXEC_STEP_SETNS,
	NSEXEC_STEP_GONE,   /* the target died meanwhile */
	NSEXEC_STEP_VERIFY, /* setns said yes, and we are not there */
	NSEXEC_STEP_CREDENTIALS,
	NSEXEC_STEP_CHROOT,
	NSEXEC_STEP_CHDIR,
	NSEXEC_STEP_PIPE,
	NSEXEC_STEP_UNSHARE,
	NSEXEC_STEP_CLONE,
	NSEXEC_STEP_DEATHSIG,
	NSEXEC_STEP_SETGROUPS_FILE,
	NSEXEC_STEP_UID_MAP,
	NSEXEC_STEP_GID_MAP,
	NSEXEC_STEP_HELPER, /* the host helper said no, and why */
	NSEXEC_STEP_GROUPS,
	NSEXEC_STEP_SETGID,
	NSEXEC_STEP_SETUID,
	NSEXEC_STEP_BOUNDING,
	NSEXEC_STEP_CAPSET,
	NSEXEC_STEP_NO_NEW_PRIVS,
	NSEXEC_STEP_SECCOMP,
	NSEXEC_STEP_SIGNALS,
	NSEXEC_STEP_RLIMIT,
	NSEXEC_STEP_EXEC,
};

struct nsexec_failure {
	int step; /* enum nsexec_step */
	int err;  /* errno */
	uint32_t ns;
};

/* Which process Go finds itself in. */
enum nsexec_role {
	NSEXEC_ROLE_BYSTANDER, /* no option table: another program, nothing was done */
	NSEXEC_ROLE_FIRST,     /* nothing was done: Go parses, explains, resolves */
	NSEXEC_ROLE_INSIDE,    /* in the new namespaces, with Go work to do */
	NSEXEC_ROLE_HELPER,    /* outside, to do what must be done from there */
	NSEXEC_ROLE_FAILED,    /* see failure */
	NSEXEC_ROLE_SETUID,    /* refused to run with raised privileges */
};

/* Resource limits that Go changes, or cannot live with (caller.c): NOFILE, AS, DATA, NPROC. */
enum { NSEXEC_LIMITS = 4 };

/* The caller's process state that a Go runtime start changes. */
struct nsexec_caller {
	uint64_t mask;    /* blocked signals, bit n-1 for signal n */
	uint64_t ignored; /* signals set to SIG_IGN */
	struct rlimit limits[NSEXEC_LIMITS];
	long timer_slack; /* nanoseconds; 0: left as it was */
	uint8_t raised;   /* bit n: limits[n] has been raised for Go */
	uint8_t mask_known, go_state_known;
};

struct nsexec_record {
	int role;             /* enum nsexec_role */
	uint8_t understood;   /* the scanner understood the whole command line */
	uint8_t added_user;   /* a user namespace was added for an unprivileged caller */
	uint8_t inside_mount; /* a target's mount namespace has been joined: Go must not start */
	struct nsexec_request req;
	struct nsexec_failure failure;
	uint32_t created, joined, skipped;
	int sync_fd; /* inside: socket to the helper or the library, -1; helper: to the command */
	uint8_t sigchld_ignored; /* by the caller, while we have it at SIG_DFL */
	uint8_t forked;          /* inside: a supervisor is our parent */
	uint8_t death_signal;    /* inside: the signal that its death sends us */
	int alive_fd;            /* inside: reads as ended when it is dead; -1 */
	uint32_t euid, egid;     /* the caller's, before anything */
	struct nsexec_caller caller;
	const char *tool;
	int argc;
	char **argv;
	char **envp;
};
extern struct nsexec_record nsexec_record;
extern const struct nsexec_table nsexec_canonical; /* canonical.c */

/* What is left to do to this thread before it executes the command. */
struct nsexec_last {
	const char *path;  /* what to execute; NULL: argv[0], looked up in the PATH of envp */
	char *const *argv; /* NULL-terminated; with `shells` the candidates */
	char *const *envp;
	uint8_t shells;     /* each of argv is a login shell to try */
	uint8_t set_groups; /* set the supplementary groups to groups[0..ngroups) */
	uint8_t no_new_privs;
	uint8_t closed;       /* nsexec_close_at_exec has been called already */
	uint8_t limit_caps;   /* bound the five sets as below */
	uint8_t death_signal; /* PR_SET_PDEATHSIG, which a change of ids clears; 0: none */
	uint32_t uid, gid;    /* NSEXEC_NO_ID: leave */
	const gid_t *groups;
	size_t ngroups;
	uint64_t bounding, permitted, effective; /* at most */
	uint64_t ambient; /* ambient and inheritable; with it permitted survives a change of ids */
	const void *seccomp;    /* struct kernel_sock_fprog, NULL: none */
	uint32_t seccomp_flags; /* SECCOMP_FILTER_FLAG_*, which need seccomp(2) */
	uint8_t seccomp_early; /* before the privileges go, which then no_new_privs need not replace */
	const struct nsexec_caller *caller;
	int keep_fds; /* descriptors 3 .. 2+keep_fds are passed on */
	int sync_fd;  /* is told right before execve; -1 */
};

/* caller.c */
void nsexec_remember_caller(void);
void nsexec_make_room_for_go(void);
void nsexec_give_go_one_processor(void);
void nsexec_calm_go(void);
int nsexec_restore_caller(const struct nsexec_caller *c);

/* args.c */
int nsexec_args(int argc, char **argv);

/* scan.c: 0 when the command line was understood in full, else -1. */
int nsexec_scan(const struct nsexec_table *t, int argc, char *const *argv,
		struct nsexec_request *req);

/* seal.c: 0 when the executable is safe as it is, -1 with a failure; does not return otherwise. */
int nsexec_seal(void);

/* target.c */
struct nsexec_target {
	int pid;        /* for the record; 0 when only a pidfd is known */
	int pidfd;      /* -1 before Linux 5.3 */
	int dir;        /* /proc/PID, -1 without /proc */
	int self_pidfd; /* this process, where /proc is missing */
	int self_ns;    /* /proc/self/ns, -1 without /proc */
};
struct nsexec_inode {
	uint64_t dev, ino;
};
int nsexec_pin(struct nsexec_target *t, const struct nsexec_request *req);
void nsexec_open_self(struct nsexec_target *t);
int nsexec_target_ns(const struct nsexec_target *t, int kind, struct nsexec_inode *out);
int nsexec_self_ns(const struct nsexec_target *t, int kind, int children, struct nsexec_inode *out);
int nsexec_alive(const struct nsexec_target *t);
int nsexec_read_limits(const struct nsexec_target *t, struct nsexec_last *last);

/* privileges.c: what the command line says of the last step; 0, or -1 with a failure. */
int nsexec_is_groups(const char *text);
int nsexec_is_caps(const char *text);
int nsexec_privileges(const struct nsexec_request *req, struct nsexec_last *last);
void nsexec_set_caps(const struct nsexec_request *req, struct nsexec_last *last);

/* join.c, create.c: 0, or -1 with nsexec_record.failure. */
int nsexec_join(const struct nsexec_request *req, struct nsexec_last *last);
int nsexec_create(uint32_t kinds);
int nsexec_fork(uint32_t kinds, int need_helper);
int nsexec_announce(void);
int nsexec_await_go(void);
void nsexec_set_name(const char *role);

/* idmap.c */
int nsexec_write_maps(int map, uint32_t euid, uint32_t egid);

/* supervise.c */
void nsexec_supervise(pid_t child, pid_t helper) __attribute__((noreturn));

/* mntns_order_workaround.c */
int nsexec_mount_namespace_on(int cpu);

/* tid_workaround.c */
void nsexec_mend_tid(void);

/* last.c: the last step returns only when it failed; *f says where. */
void nsexec_close_at_exec(int keep);
int nsexec_follow_again(int death_signal);
void nsexec_last_step(const struct nsexec_last *l, struct nsexec_failure *f);

/* sync.c: messages between the command, its supervisor and who helps from outside. */
enum nsexec_what {
	NSEXEC_MSG_PID = 1, /* supervisor: the namespaces exist, the command is `pid` */
	NSEXEC_MSG_MAPPED, /* command: the id maps are written; where `outside`, and not `map_by_helper` */
	NSEXEC_MSG_GO,     /* helper: all is done, go on */
	NSEXEC_MSG_AGAIN,  /* helper: make the mount namespace anew, on the CPU `pid` */
	NSEXEC_MSG_EXEC,   /* command: execve comes next */
	NSEXEC_MSG_FAILED, /* command: `failure` */
};
struct nsexec_message {
	int32_t what;
	int32_t pid; /* or a CPU, see NSEXEC_MSG_AGAIN */
	struct nsexec_failure failure;
};
int nsexec_send(int fd, const struct nsexec_message *m);
int nsexec_receive(int fd, struct nsexec_message *m);
int nsexec_socketpair(int fd[2]);

/* fail.c */
int nsexec_fail(int step, uint32_t ns);
void nsexec_too_small(const char *tool, const char *limit) __attribute__((noreturn));
void nsexec_complain(const char *tool, const struct nsexec_record *r);

#endif
