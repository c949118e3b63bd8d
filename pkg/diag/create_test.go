//go:build linux

package diag

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// Machines that this test does not run on.
func TestHintCreate(t *testing.T) {
	for _, row := range []struct {
		name   string
		change files
		try    unix.Errno // what trying a user namespace says
		kinds  nsfs.Kind
		errno  unix.Errno
		want   []string
	}{
		{"Debian's switch", files{"proc/sys/kernel/unprivileged_userns_clone": "0\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"/proc/sys/kernel/unprivileged_userns_clone is 0", "`sysctl -w kernel.unprivileged_userns_clone=1`", "/etc/sysctl.d"}},
		{"Ubuntu's AppArmor restriction", files{"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
			"proc/thread-self/attr/apparmor/current": "unconfined\n"}, 0, nsfs.User, unix.EACCES,
			[]string{"apparmor_restrict_unprivileged_userns is 1", "profile nsrun /opt/bin/nsrun flags=(unconfined) { userns, }", "apparmor_parser -r /etc/apparmor.d/nsrun"}},
		{"a container with Docker's profiles on Ubuntu: the sysctl is not the cause", files{"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
			"proc/thread-self/attr/apparmor/current": "docker-default (enforce)\n"}.with(status("Seccomp", "2")), 0, nsfs.User, unix.EPERM,
			[]string{"seccomp=unconfined", "--privileged"}},
		{"an AppArmor profile", files{"sys/module/apparmor/": "", "proc/thread-self/attr/current": "docker-default (enforce)\n"}, 0, nsfs.User, unix.EACCES,
			[]string{"AppArmor profile docker-default", "apparmor=unconfined"}},
		{"chroot", files{"proc/thread-self/mountinfo": "22 27 0:21 / /proc rw - proc proc rw\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"in a chroot", "no mount"}},
		{"chroot to a mount point", files{"proc/1/mountinfo": "20 1 254:0 / / rw - ext4 /dev/vda rw\n27 20 254:1 / /srv/old\\040root rw - ext4 /dev/vdb rw\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"in a chroot", `"/srv/old root"`}},
		{"unmapped user id", files{"proc/thread-self/uid_map": "0 100000 1000\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"user id 1000", "no mapping", "/proc/self/uid_map"}},
		{"unmapped group id", files{"proc/thread-self/gid_map": "0 100000 1000\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"group id 1000", "/proc/self/gid_map"}},
		{"seccomp", status("Seccomp", "2"), 0, nsfs.User, unix.EPERM, []string{"seccomp filter", "Seccomp: 2"}},
		{"limit 0 behind EPERM", files{"proc/sys/user/max_user_namespaces": "0\n"}, 0, nsfs.User, unix.EPERM,
			[]string{"/proc/sys/user/max_user_namespaces is 0"}},
		{"nothing to see", nil, 0, nsfs.User, unix.EPERM, []string{"security module", "dmesg"}},
		{"no /proc", files{"proc/thread-self/status": "-"}, 0, nsfs.User, unix.EPERM, []string{"/proc is not mounted"}},

		{"no privileges, but user namespaces", nil, 0, nsfs.UTS | nsfs.PID, unix.EPERM,
			[]string{"UTS and PID namespaces", "CAP_SYS_ADMIN", "--user --map-root-user"}},
		{"no privileges and no user namespaces", files{"proc/sys/kernel/unprivileged_userns_clone": "0\n"}, unix.EPERM, nsfs.UTS, unix.EPERM,
			[]string{"CAP_SYS_ADMIN", "as root", "unprivileged_userns_clone is 0"}},
		{"root in a container's profile", root.with(files{"proc/thread-self/attr/apparmor/current": "docker-default (enforce)\n"}), 0, nsfs.UTS, unix.EPERM,
			[]string{"AppArmor profile docker-default"}},

		{"limit 0", files{"proc/sys/user/max_user_namespaces": "0\n"}, unix.ENOSPC, nsfs.User, unix.ENOSPC,
			[]string{"/proc/sys/user/max_user_namespaces is 0", "`sysctl -w user.max_user_namespaces=15000`", "/etc/sysctl.d"}},
		{"limit reached", files{"proc/sys/user/max_uts_namespaces": "20000\n"}, 0, nsfs.UTS, unix.ENOSPC,
			[]string{"/proc/sys/user/max_uts_namespaces = 20000", "user.max_uts_namespaces=40000"}},
		{"limit was reached", nil, 0, nsfs.UTS | nsfs.User, unix.ENOSPC, []string{"room again", "max_uts_namespaces = 15000", "max_user_namespaces = 15000"}},
		{"depth before Linux 4.9", nil, 0, nsfs.User, unix.EUSERS, []string{"32 deep"}},

		{"no time namespaces", nil, 0, nsfs.Time | nsfs.UTS, unix.EINVAL, []string{"no time namespaces", "/proc/self/ns/time", "Linux 5.6"}},
		{"another errno", nil, 0, nsfs.User, unix.EIO, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(row.change))
			s.try = func(nsfs.Kind) unix.Errno { return row.try }
			is(t, s.create(row.kinds, row.errno), row.want)
		})
	}
}

func TestPrivilegedCallersAreNotBlamedOnUnprivilegedSwitches(t *testing.T) {
	s := machine(t, plain.with(root).with(files{
		"proc/sys/kernel/unprivileged_userns_clone":             "0\n",
		"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
	}))
	says(t, s.create(nsfs.User, unix.EPERM), "security module")
	is(t, s.insideUser(unix.EPERM), nil)
}

func TestHintInsideUser(t *testing.T) {
	s := machine(t, plain.with(root).with(files{
		"proc/thread-self/ns/user":                              "-> user:[4026532000]",
		"proc/thread-self/attr/apparmor/current":                "unprivileged_userns (enforce)\n",
		"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
	}))
	says(t, s.insideUser(unix.EACCES), "apparmor_restrict_unprivileged_userns is 1", "userns,")
	is(t, s.insideUser(unix.ENOENT), nil)
}

func TestMissing(t *testing.T) {
	for _, kind := range nsfs.Kinds {
		if err := Missing(kind); (err == nil) != nsfs.Supported(kind) {
			t.Errorf("Missing(%v) = %v", kind, err)
		}
	}
	err := Unsupported("time namespaces", "5.6")
	if !errors.Is(err, ErrUnsupported) || !errors.Is(err, errors.ErrUnsupported) || err.Error() != "time namespaces need Linux 5.6" {
		t.Errorf("Unsupported = %v", err)
	}
}
