//go:build linux

package diag

import (
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// What opening /proc/42/ns/uts was refused for: the link cannot be read then.
func TestHintJoinOfAFileThatCannotBeOpened(t *testing.T) {
	unreadable := files{"proc/42/ns/user": "-"}
	const inner = "         0     100000      65536\n"
	for _, row := range []struct {
		name   string
		change files
		want   []string
	}{
		{"another user's", process("Uid", "0\t0\t0\t0"), []string{"process 42 belongs to user 0, and this process to user 1000", "as root or as that user"}},
		{"one of a set-uid program", process("Uid", "1000\t0\t0\t0"), []string{"belongs to user 0"}},
		{"a user namespace of another user", process().with(files{"proc/42/uid_map": inner}), []string{"user namespace that another user made"}},
		{"an outer user namespace", process().with(files{"proc/thread-self/ns/user": "-> user:[4026532000]", "proc/thread-self/uid_map": inner}),
			[]string{"user namespace that is not below this one", "on the host"}},
		{"an outer user namespace with the same map", process().with(inUserNS), []string{"user namespace that is not below this one"}},
		{"more capabilities", process("CapPrm", "0000000000281020"), []string{"has CAP_KILL, CAP_NET_ADMIN, CAP_SYS_PTRACE and 1 more, which this process lacks"}},
		{"an unknown capability", process("CapPrm", "8000000000000000"), []string{"has CAP_63,"}},
		{"a profile", process().with(files{"proc/thread-self/attr/apparmor/current": "docker-default (enforce)\n"}), []string{"AppArmor profile docker-default"}},
		{"a seccomp filter, which sees no path", process().with(status("Seccomp", "2")), []string{"security module"}},
		{"CAP_SYS_PTRACE makes up for the rest", process("Uid", "0\t0\t0\t0", "CapPrm", "1").with(status("CapEff", "0000000000080000")), []string{"security module", "process 42"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(row.change).with(unreadable))
			is(t, s.join(42, nsfs.UTS, unix.EACCES), row.want)
		})
	}
}

func TestHintJoinOfAProtectedProcess(t *testing.T) {
	s := machine(t, plain.with(process()).with(files{"proc/42/ns/user": "-"}))
	s.uid = func(string) string { return "0" }
	is(t, s.join(42, nsfs.UTS, unix.EACCES), []string{"process 42 is protected", "not dumpable"})
}

func TestHintJoin(t *testing.T) {
	const noChroot = "000001fffffbffff"
	for _, row := range []struct {
		name   string
		change files
		kinds  nsfs.Kind
		errno  unix.Errno
		want   []string
	}{
		{"no privileges", nil, nsfs.UTS | nsfs.Net, unix.EPERM, []string{"joining the UTS and network namespaces of process 42 needs CAP_SYS_ADMIN", "--user"}},
		{"no CAP_SYS_CHROOT", status("CapEff", noChroot), nsfs.Mnt, unix.EPERM, []string{"CAP_SYS_CHROOT besides CAP_SYS_ADMIN"}},
		{"no need of CAP_SYS_CHROOT", status("CapEff", noChroot), nsfs.UTS, unix.EPERM, nil},
		{"seccomp", status("CapEff", allCapabilities, "Seccomp", "2"), nsfs.UTS, unix.EPERM, []string{"seccomp filter"}},
		{"a profile", root.with(files{"proc/thread-self/attr/apparmor/current": "docker-default (enforce)\n"}), nsfs.UTS, unix.EACCES, []string{"AppArmor profile"}},
		{"nothing to see", root, nsfs.UTS, unix.EPERM, nil},
		{"no /proc", files{"proc/thread-self/status": "-"}, nsfs.UTS, unix.EPERM, []string{"/proc is not mounted"}},
		{"one's own user namespace", nil, nsfs.User | nsfs.UTS, unix.EINVAL, []string{"in that user namespace already", "leave --user out"}},
		{"a PID namespace that is not below", nil, nsfs.PID, unix.EINVAL, []string{"only from itself or from one around it", "process 42"}},
		{"a kind that is missing", files{"proc/thread-self/ns/time": "-"}, nsfs.Time, unix.ENOENT, []string{"no time namespaces", "Linux 5.6"}},
		{"another errno", nil, nsfs.UTS, unix.EIO, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			is(t, machine(t, plain.with(process()).with(row.change)).join(42, row.kinds, row.errno), row.want)
		})
	}
}

func TestHintJoinOfANamespaceOwnedFurtherOut(t *testing.T) {
	s := machine(t, plain.with(process()).with(root))
	s.owner = func(file string) (bool, error) { return file != s.proc("42/ns/net"), nil }
	is(t, s.join(42, nsfs.UTS|nsfs.Net, unix.EPERM), []string{"the network namespace of process 42 belongs to a user namespace that is not below this one"})
	is(t, s.join(42, nsfs.UTS, unix.EPERM), nil)
}
