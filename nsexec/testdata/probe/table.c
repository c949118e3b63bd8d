//go:build cgo && linux && !bare

// The options of the probe. With the tag "bare" it has none, like a program
// that merely imports nsexec.

#include "options.h"

#define KIND_PID 0x20000000u
#define KIND_USER 0x10000000u

static const struct nsexec_option options[] = {
	{ "first", 0, NSEXEC_ARG_REQUIRED, NSEXEC_ACT_NONE, NSEXEC_OPT_DEFER, 0 },
	{ "inside", 0, NSEXEC_ARG_REQUIRED, NSEXEC_ACT_NONE, NSEXEC_OPT_GO, 0 },
	{ "pid", 0, NSEXEC_ARG_NONE, NSEXEC_ACT_NEW, 0, KIND_PID },
	{ "user", 0, NSEXEC_ARG_NONE, NSEXEC_ACT_NEW, 0, KIND_USER },
	{ "fork", 0, NSEXEC_ARG_NONE, NSEXEC_ACT_FORK, 0, 0 },
};

static const struct nsexec_table table = {
	.tool = "probe",
	.mode = NSEXEC_MODE_RUN,
	.options = options,
	.count = sizeof(options) / sizeof(*options),
};
const struct nsexec_table *const nsexec_table = &table;
