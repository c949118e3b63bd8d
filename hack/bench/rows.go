//go:build linux

package main

import "strconv"

// row is one piece of work: nskit's command for it, and its peers', if any does it.
type row struct {
	work       string
	nskit      []string
	peers      []peer
	plainUser  bool   // nobody does it, not root
	preparedBy string // a tool without which the bench could not prepare it
}

// peer is another tool's command for the same work. The target is the most that nskit's
// median may be as a share of the peer's; 0 where none is set.
type peer struct {
	argv   []string
	target float64
}

// rows lists the work; pid is a process in namespaces of its own. Every PID namespace
// of a row is joined or made with a fork, and true is the same file for all.
func rows(l *lab, pid int) []row {
	t := strconv.Itoa(pid)
	hostTrue := l.host("true")
	return append([]row{
		{
			work:  "join uts, ipc, net, pid; run true",
			nskit: []string{l.nsjoin, "-t", t, "--uts", "--ipc", "--net", "--pid", hostTrue},
			peers: []peer{{[]string{"nsenter", "-t", t, "--uts", "--ipc", "--net", "--pid", hostTrue}, 0.6}},
		},
		{
			work:  "join all, mnt too; run true",
			nskit: []string{l.nsjoin, "-t", t, "--all", hostTrue},
			peers: []peer{{[]string{"nsenter", "-t", t, "--all", hostTrue}, 0.8}},
		},
		{
			work:  "new uts; run true",
			nskit: []string{l.nsrun, "--uts", hostTrue},
			peers: []peer{{[]string{"unshare", "--uts", hostTrue}, 0.6}},
		},
		{
			work:  "new user, the caller as root (-r); run true",
			nskit: []string{l.nsrun, "--map-root-user", hostTrue},
			peers: []peer{{[]string{"unshare", "--map-root-user", hostTrue}, 0}},
		},
		{
			work:  "new user, a range of ids; run true",
			nskit: []string{l.nsrun, "--map-users", "0:0:65536", "--map-groups", "0:0:65536", hostTrue},
		},
		{
			work:  "new uts, ipc, net; run true",
			nskit: []string{l.nsrun, "--uts", "--ipc", "--net", hostTrue},
			peers: []peer{{[]string{"unshare", "--uts", "--ipc", "--net", hostTrue}, 0.6}},
		},
		{
			work:  "new uts, pid, mnt, ROOTFS, /proc; run true",
			nskit: nsrunOnRoot(l, "true"),
			peers: []peer{
				{bwrapOnRoot(l, "true"), 0.85},
				// No cgroup, as the others make none.
				{[]string{"crun", "--root", l.runtime, "--cgroup-manager=disabled", "run", "--bundle", l.bundle, "bench"}, 0.35},
				{[]string{"runc", "--root", l.runtime, "run", "--bundle", l.bundle, "bench"}, 0.1},
				// chroot only: no bind of the root, no pivot_root, no unmount of the old root.
				{[]string{"unshare", "--fork", "--uts", "--pid", "--mount-proc", "--root", l.root, "true"}, 1.3},
			},
		},
		{
			work:  "the same with /dev and a read-only /sys (nsrun's default)",
			nskit: []string{l.nsrun, "--uts", "--pid", "--mnt", l.root, "true"},
			peers: []peer{{[]string{"bwrap", "--unshare-uts", "--unshare-pid", "--bind", l.root, "/",
				"--proc", "/proc", "--dev", "/dev", "--ro-bind", "/sys", "/sys", "true"}, 0}},
		},
	}, mountRows(l)...)
}

func nsrunOnRoot(l *lab, command ...string) []string {
	return append([]string{l.nsrun, "--uts", "--pid", "--mnt", "--dev", "none", "--sys", "none", l.root}, command...)
}

func bwrapOnRoot(l *lab, command ...string) []string {
	return append([]string{"bwrap", "--unshare-uts", "--unshare-pid", "--bind", l.root, "/", "--proc", "/proc"}, command...)
}
