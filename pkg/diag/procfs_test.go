//go:build linux

package diag

import (
	"testing"

	"golang.org/x/sys/unix"
)

const (
	rootMount = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
	procMount = "22 27 0:21 / /proc rw - proc proc rw\n"
)

// inUserNS are the files of root in a user namespace.
var inUserNS = root.with(files{"proc/thread-self/ns/user": "-> user:[4026532000]"})

func TestHintProc(t *testing.T) {
	for _, row := range []struct {
		name   string
		mounts string
		want   []string
	}{
		{"one file is covered", procMount + "50 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n",
			[]string{"/proc is partly hidden by mounts on /proc/kcore,", "unmask=ALL", "systempaths=unconfined", "--proc=bind", "--proc=none"}},
		{"many are", procMount + "50 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n51 22 0:6 /null /proc/keys rw - devtmpfs devtmpfs rw\n" +
			"52 22 0:7 / /proc/acpi ro - tmpfs tmpfs ro\n53 22 0:21 /sys /proc/sys ro - proc proc rw\n54 22 0:21 /sys /proc/sys ro - proc proc rw\n",
			[]string{"/proc/kcore, /proc/keys, /proc/acpi and 1 more"}},
		{"read-only", "22 27 0:21 / /proc nosuid,ro - proc proc rw\n", []string{"/proc is mounted read-only", "unmask=ALL"}},
		{"only a part is mounted", "22 27 0:21 /sys /proc/sys rw - proc proc rw\n", []string{"no complete /proc is mounted here", "--proc=none"}},
		{"none is mounted", "", []string{"no complete /proc"}},
		{"complete", procMount, nil},
		{"a second one is complete", procMount + "50 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n60 27 0:21 / /mnt/proc rw - proc proc rw\n", nil},
		{"a mount point of the kernel's own", procMount + "50 22 0:30 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw\n", nil},
		{"a mount on a mount below it", procMount + "50 22 0:30 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n51 50 0:31 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw\n", nil},
		{"a neighbour", procMount + "50 27 0:30 / /process rw - tmpfs tmpfs rw\n", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(inUserNS).with(files{"proc/thread-self/mountinfo": rootMount + row.mounts}))
			is(t, s.mountProc(unix.EPERM), row.want)
		})
	}
}

func TestHintProcOfOtherCauses(t *testing.T) {
	is(t, machine(t, plain).mountProc(unix.EPERM), []string{"mounting needs CAP_SYS_ADMIN", "as root", "--user --map-root-user"})
	is(t, machine(t, plain.with(root)).mountProc(unix.EPERM), nil)
	is(t, machine(t, plain.with(status("CapEff", allCapabilities, "Seccomp", "2"))).mountProc(unix.EPERM), []string{"seccomp filter"})
	is(t, machine(t, plain.with(files{"proc/thread-self/mountinfo": "-"})).mountProc(unix.EPERM), []string{"/proc is not mounted"})
	is(t, machine(t, plain).mountProc(unix.EBUSY), nil)

	s := machine(t, plain.with(inUserNS))
	s.owner = func(string) (bool, error) { return false, nil }
	is(t, s.mountProc(unix.EPERM), []string{"user namespace further out", "add --pid"})
	s.owner = func(string) (bool, error) { return false, unix.ENOTTY } // before Linux 4.9
	is(t, s.mountProc(unix.EPERM), nil)
}
