// The options of the command lines that nsexec.Command writes. Nobody types
// them; command_test.go sees to it that both sides mean the same.

#include "nsexec.h"

// clang-format off
#define NEW(name, kind) { name, 0, NSEXEC_ARG_NONE, NSEXEC_ACT_NEW, 0, kind }
#define JOIN(name, kind) { name, 0, NSEXEC_ARG_OPTIONAL, NSEXEC_ACT_JOIN, 0, kind }
#define PLAIN(name, arg, act) { name, 0, arg, act, 0, 0 }

static const struct nsexec_option options[] = {
	PLAIN("sync-fd", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_SYNC_FD),
	PLAIN("keep-fds", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_KEEP_FDS),
	PLAIN("wait", NSEXEC_ARG_NONE, NSEXEC_ACT_WAIT),
	NEW("uts", KIND_UTS),
	NEW("ipc", KIND_IPC),
	NEW("pid", KIND_PID),
	NEW("mnt", KIND_MNT),
	NEW("net", KIND_NET),
	NEW("user", KIND_USER),
	NEW("cgroup", KIND_CGROUP),
	NEW("time", KIND_TIME),
	JOIN("join-uts", KIND_UTS),
	JOIN("join-ipc", KIND_IPC),
	JOIN("join-pid", KIND_PID),
	JOIN("join-mnt", KIND_MNT),
	JOIN("join-net", KIND_NET),
	JOIN("join-user", KIND_USER),
	JOIN("join-cgroup", KIND_CGROUP),
	JOIN("join-time", KIND_TIME),
	PLAIN("all", NSEXEC_ARG_NONE, NSEXEC_ACT_ALL),
	PLAIN("target", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_TARGET),
	PLAIN("kill-child", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_KILL_CHILD),
	PLAIN("map-root-user", NSEXEC_ARG_NONE, NSEXEC_ACT_MAP_ROOT),
	PLAIN("map-current-user", NSEXEC_ARG_NONE, NSEXEC_ACT_MAP_CURRENT),
	PLAIN("preserve-credentials", NSEXEC_ARG_NONE, NSEXEC_ACT_PRESERVE),
	PLAIN("privileged", NSEXEC_ARG_NONE, NSEXEC_ACT_PRIVILEGED),
	PLAIN("wd", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_WD),
	PLAIN("wdns", NSEXEC_ARG_REQUIRED, NSEXEC_ACT_WDNS),
};
// clang-format on

const struct nsexec_table nsexec_canonical = {
	.tool = "nsexec",
	.mode = NSEXEC_MODE_EXEC,
	.options = options,
	.count = sizeof(options) / sizeof(*options),
};
