//go:build linux

package diag

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

func TestHintOfALimitInAUserNamespace(t *testing.T) {
	const unlimited = "2147483647\n"
	for _, row := range []struct {
		name   string
		change files
		kind   nsfs.Kind
		want   []string
	}{
		{"one that may be an outer one's", files{"proc/sys/user/max_uts_namespaces": "7\n"}, nsfs.UTS,
			[]string{"max_uts_namespaces = 7", "or a user namespace around this one", "user.max_uts_namespaces=15000"}},
		{"an outer one's", files{"proc/sys/user/max_uts_namespaces": unlimited}, nsfs.UTS,
			[]string{"a user namespace around this one has reached its user.max_uts_namespaces", "`sysctl user.max_uts_namespaces` there"}},
		{"depth or an outer one's", files{"proc/sys/user/max_user_namespaces": unlimited}, nsfs.User, []string{"32 deep", "or else", "user.max_user_namespaces"}},
		{"depth of PID namespaces", status("NSpid", strings.Repeat("1\t", 33)).with(files{"proc/sys/user/max_pid_namespaces": "100\n"}), nsfs.PID,
			[]string{"PID namespaces are nested 32 deep here"}},
		{"one level less", status("NSpid", strings.Repeat("1\t", 32)).with(files{"proc/sys/user/max_pid_namespaces": "100\n"}), nsfs.PID,
			[]string{"max_pid_namespaces = 100"}},
		{"no such file", nil, nsfs.IPC, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(files{"proc/thread-self/ns/user": "-> user:[4026532000]"}).with(row.change))
			is(t, s.create(row.kind, unix.ENOSPC), row.want)
		})
	}
}

func TestHintOfALimitFindsTheKindByTrying(t *testing.T) {
	s := machine(t, plain.with(files{"proc/sys/user/max_net_namespaces": "9\n"}))
	s.try = func(kinds nsfs.Kind) unix.Errno {
		if kinds&nsfs.Net != 0 {
			return unix.ENOSPC
		}
		return 0
	}
	is(t, s.create(nsfs.User|nsfs.UTS|nsfs.Net, unix.ENOSPC), []string{"max_net_namespaces = 9"})
	s.try = func(nsfs.Kind) unix.Errno { return unix.EPERM }
	is(t, s.create(nsfs.Net|nsfs.IPC, unix.ENOSPC), []string{"room again: /proc/sys/user/max_net_namespaces = 9"})
	is(t, s.create(nsfs.PID|nsfs.IPC, unix.ENOSPC), nil)
}
