// The option scanner: reads the command line as pflag will, driven by a table.
//
// It either understands everything up to the first operand, or says so and
// nothing is done: Go then parses the same words and prints the error.

#include "nsexec.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static const struct nsexec_option *by_name(const struct nsexec_table *t, const char *name,
					   size_t len)
{
	for (size_t i = 0; i < t->count; i++)
		if (!strncmp(t->options[i].name, name, len) && !t->options[i].name[len])
			return &t->options[i];
	return NULL;
}

static const struct nsexec_option *by_letter(const struct nsexec_table *t, char letter)
{
	for (size_t i = 0; i < t->count; i++)
		if (letter && t->options[i].letter == letter)
			return &t->options[i];
	return NULL;
}

/* Decimal digits only, no sign, no leading zero, at most max: 1 for 01 or 0x10 is a trap. */
static int number(const char *s, int min, int max)
{
	long n = 0;

	if (!s || !*s || (*s == '0' && s[1]))
		return -1;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		n = n * 10 + (*s - '0');
		if (n > max)
			return -1;
	}
	return n < min ? -1 : (int)n;
}

static int kind_index(uint32_t ns)
{
	for (int i = 0; i < NSEXEC_KINDS; i++)
		if (nsexec_kinds[i].flag == ns)
			return i;
	return -1;
}

/* The last occurrence of an option wins, its FILE or the lack of one included. */
static int set_file(struct nsexec_request *r, uint32_t ns, const char *file)
{
	int i = kind_index(ns);

	if (i < 0)
		return -1;
	r->by_file = file ? r->by_file | ns : r->by_file & ~ns;
	r->file[i] = file;
	return 0;
}

/* An id in decimal; names are for Go to look up. As for number(): no sign, no leading zero. */
static int id_until(const char **at, char end, uint32_t *out)
{
	const char *s = *at;
	uint64_t n = 0;

	if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (uint64_t)(*s - '0');
		if (n >= NSEXEC_NO_ID)
			return -1;
	}
	if (*s != end)
		return -1;
	*out = (uint32_t)n;
	*at = end ? s + 1 : s;
	return 0;
}

static int id(const char *arg, uint32_t *out)
{
	return arg ? id_until(&arg, '\0', out) : -1;
}

/* UID:GID */
static int owner(const char *arg, struct nsexec_request *r)
{
	return !arg || id_until(&arg, ':', &r->owner_uid) || id_until(&arg, '\0', &r->owner_gid)
		       ? -1
		       : 0;
}

static int apply(const struct nsexec_table *t, const struct nsexec_option *o, const char *arg,
		 struct nsexec_request *r)
{
	int n;

	if ((o->flags & NSEXEC_OPT_DEFER) || (arg && !*arg))
		return -1;
	if (o->flags & NSEXEC_OPT_GO)
		r->go = 1;
	if (o->flags & NSEXEC_OPT_LIMITS)
		r->limited = 1;
	if (o->act == NSEXEC_ACT_JOIN)
		r->join |= o->ns;
	else
		r->create |= o->ns;

	switch (o->act) {
	case NSEXEC_ACT_NONE:
		return 0;
	case NSEXEC_ACT_NEW:
	case NSEXEC_ACT_JOIN:
		return set_file(r, o->ns, arg);
	case NSEXEC_ACT_ALL:
		r->join_all = t->mode != NSEXEC_MODE_RUN;
		return 0;
	case NSEXEC_ACT_TARGET:
		return (r->target = number(arg, 1, INT_MAX)) < 0 ? -1 : 0;
	case NSEXEC_ACT_TARGET_FD:
		return (r->target_fd = number(arg, 3, INT_MAX)) < 0 ? -1 : 0;
	case NSEXEC_ACT_SYNC_FD:
		return (r->sync_fd = number(arg, 3, INT_MAX)) < 0 ? -1 : 0;
	case NSEXEC_ACT_KEEP_FDS:
		return (r->keep_fds = number(arg, 0, INT_MAX - 3)) < 0 ? -1 : 0;
	case NSEXEC_ACT_WAIT:
		r->wait = 1;
		return 0;
	case NSEXEC_ACT_FORK:
		r->fork = 1;
		return 0;
	case NSEXEC_ACT_NO_FORK:
		r->no_fork = 1;
		return 0;
	case NSEXEC_ACT_KILL_CHILD:
		n = arg ? number(arg, 1, 64) : SIGKILL;
		r->kill_signal = n < 0 ? 0 : (uint8_t)n;
		return n < 0 ? -1 : 0;
	case NSEXEC_ACT_MAP_ROOT:
		r->map = NSEXEC_MAP_ROOT;
		return 0;
	case NSEXEC_ACT_MAP_CURRENT:
		r->map = NSEXEC_MAP_CURRENT;
		return 0;
	case NSEXEC_ACT_ROOT:
		r->root = arg;
		r->root_set = 1;
		return 0;
	case NSEXEC_ACT_WD:
		r->wd = arg;
		r->wd_set = 1;
		return 0;
	case NSEXEC_ACT_WDNS:
		r->wdns = arg;
		r->wdns_set = 1;
		return 0;
	case NSEXEC_ACT_PRESERVE:
		r->preserve = 1;
		return 0;
	case NSEXEC_ACT_PRIVILEGED:
		r->privileged = 1;
		return 0;
	case NSEXEC_ACT_MAP:
		r->map_by_helper = 1;
		return 0;
	case NSEXEC_ACT_OWNER: /* who owns it may not write its maps */
		r->map_by_helper = 1;
		return owner(arg, r);
	case NSEXEC_ACT_DROP_GROUPS:
		r->drop_groups = 1;
		return 0;
	case NSEXEC_ACT_SETUID:
		return id(arg, &r->set_uid);
	case NSEXEC_ACT_SETGID:
		return id(arg, &r->set_gid);
	case NSEXEC_ACT_GROUPS:
		r->groups = arg;
		return nsexec_is_groups(arg) ? 0 : -1;
	case NSEXEC_ACT_NO_NEW_PRIVS:
		r->no_new_privs = 1;
		return 0;
	case NSEXEC_ACT_CAPS:
		r->caps = arg;
		return nsexec_is_caps(arg) ? 0 : -1;
	case NSEXEC_ACT_SECCOMP_FD:
		return (r->seccomp_fd = number(arg, 3, INT_MAX)) < 0 ? -1 : 0;
	case NSEXEC_ACT_VOLUME:
		r->outside |= arg && strstr(arg, "idmap");
		return 0;
	case NSEXEC_ACT_FS:
		r->outside |= arg && !strstr(arg, "::");
		return 0;
	case NSEXEC_ACT_SHELLS:
		r->shells = 1;
		return 0;
	}
	return -1;
}

/* --name, --name=arg, --name arg. Returns how many further words were taken, or -1. */
static int scan_long(const struct nsexec_table *t, const char *word, const char *next,
		     struct nsexec_request *r)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	const struct nsexec_option *o = len ? by_name(t, word, len) : NULL;

	if (!o || (o->arg == NSEXEC_ARG_NONE && eq))
		return -1;
	if (o->arg != NSEXEC_ARG_REQUIRED || eq)
		return apply(t, o, eq ? eq + 1 : NULL, r);
	return next && !apply(t, o, next, r) ? 1 : -1;
}

/* A cluster: -up, -t42, -t 42, -m/path, -um=/path. Returns as scan_long. */
static int scan_short(const struct nsexec_table *t, const char *word, const char *next,
		      struct nsexec_request *r)
{
	while (*word) {
		const struct nsexec_option *o = by_letter(t, *word++);

		if (!o)
			return -1;
		if (o->arg == NSEXEC_ARG_REQUIRED) {
			if (!*word)
				return next && !apply(t, o, next, r) ? 1 : -1;
			return apply(t, o, *word == '=' ? word + 1 : word, r);
		}
		if (o->arg == NSEXEC_ARG_OPTIONAL && *word && strchr("/.:=", *word))
			return apply(t, o, *word == '=' ? word + 1 : word, r);
		if (apply(t, o, NULL, r))
			return -1;
	}
	return 0;
}

/*
 * nsrun's first operand is ROOTFS when it is a directory. One with a slash that
 * does not exist is left to Go, which says that it is neither root nor command.
 * Whether a file is an image Go finds out, when it is in the namespaces already:
 * no more hangs on it here than that it would have to be mounted from outside.
 */
static int rootfs_operand(int argc, char *const *argv, struct nsexec_request *r)
{
	struct stat st;

	if (r->root_set) {
		r->outside |= !stat(r->root, &st) && S_ISREG(st.st_mode);
		return 0;
	}
	if (r->operands >= argc)
		return 0;
	if (stat(argv[r->operands], &st))
		return strchr(argv[r->operands], '/') ? -1 : 0;
	if (!S_ISDIR(st.st_mode)) {
		r->outside |= (r->create & KIND_MNT) && S_ISREG(st.st_mode);
		return 0;
	}
	r->root = argv[r->operands];
	r->root_set = 1;
	r->create |= KIND_MNT;
	r->go = 1;
	r->command++;
	return 0;
}

int nsexec_scan(const struct nsexec_table *t, int argc, char *const *argv, struct nsexec_request *r)
{
	int i, taken;

	memset(r, 0, sizeof(*r));
	r->target_fd = r->sync_fd = -1;
	r->owner_uid = r->owner_gid = r->set_uid = r->set_gid = NSEXEC_NO_ID;
	r->seccomp_fd = -1;
	for (i = 1; i < argc; i += 1 + taken) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (argv[i][0] != '-' || !argv[i][1])
			break;
		if (argv[i][1] == '-' && !argv[i][2]) {
			i++;
			break;
		}
		taken = argv[i][1] == '-' ? scan_long(t, argv[i] + 2, next, r)
					  : scan_short(t, argv[i] + 1, next, r);
		if (taken < 0)
			return -1;
	}
	r->operands = r->command = i;

	if (t->mode == NSEXEC_MODE_RUN) {
		if (rootfs_operand(argc, argv, r))
			return -1;
		if (r->command >= argc) /* which shell, says the new root's passwd */
			r->go = 1;
		return 0;
	}
	if (i >= argc || (r->wd_set && r->wdns_set))
		return -1;
	if (t->mode == NSEXEC_MODE_EXEC || r->target || r->target_fd >= 0)
		return 0;
	/* without a target there must be files to join, and nothing that means "the target's" */
	if (!r->by_file || r->join != r->by_file || r->join_all)
		return -1;
	return (r->root_set && !r->root) || (r->wd_set && !r->wd) || (r->wdns_set && !r->wdns) ? -1
											       : 0;
}
