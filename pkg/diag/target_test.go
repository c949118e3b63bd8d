//go:build linux

package diag

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// process are the files of process 42, a sleep of the caller's, with some lines
// of its status changed.
func process(changes ...string) files {
	status := edit("Name:\tsleep\nState:\tS (sleeping)\nTgid:\t42\nPPid:\t1\nUid:\t1000\t1000\t1000\t1000\nVmSize:\t8\nCapPrm:\t0\n", changes)
	return files{
		"proc/42/status":  status,
		"proc/42/uid_map": plain["proc/thread-self/uid_map"],
		"proc/42/ns/user": "-> user:[4026531837]",
	}
}

func TestHintTarget(t *testing.T) {
	hidepid := files{"proc/thread-self/mountinfo": "27 1 254:0 / / rw - ext4 /dev/vda rw\n22 27 0:21 / /proc rw - proc proc rw,gid=5,hidepid=invisible\n"}
	for _, row := range []struct {
		name   string
		change files
		pid    int
		alive  bool
		want   []string
	}{
		{"none", nil, 42, false, []string{"there is no process 42 in this PID namespace", "from inside of a container"}},
		{"too large", nil, 4194305, false, []string{"4194305 is larger than any PID here", "pid_max is 4194304"}},
		{"zero", nil, 0, false, []string{"0 is no PID"}},
		{"negative", nil, -7, false, []string{"-7 is no PID"}},
		{"hidden", hidepid, 42, true, []string{"process 42 exists, but /proc is mounted with hidepid", "as root or as that process's user"}},
		{"not shown", nil, 42, true, []string{"process 42 exists, but this /proc does not show it"}},
		{"no /proc", files{"proc/thread-self/status": "-"}, 42, true, []string{"/proc is not mounted", "`mount -t proc proc /proc` first"}},
		{"the /proc of another PID namespace", files{"proc/self": "-> 1234567"}, 42, false, []string{"/proc belongs to another PID namespace"}},
		{"a thread", process("Tgid", "40"), 42, true, []string{"42 is a thread of process 40: give 40"}},
		{"a zombie", process("State", "Z (zombie)", "PPid", "41"), 42, true, []string{"process 42 is a zombie", "its parent, process 41,"}},
		{"a thread of the kernel", process("Name", "kworker/0:1-\x1b[31m", "VmSize", "-", "PPid", "2"), 42, true,
			[]string{`process 42 ("kworker/0:1-\x1b[31m") is a thread of the kernel`}},
		{"the first thread of the kernel", files{"proc/2/status": "Name:\tkthreadd\nTgid:\t2\nPPid:\t0\n"}, 2, true, []string{"process 2 (kthreadd) is a thread of the kernel"}},
		{"nothing is wrong", process(), 42, true, nil},
		{"PID 2 of a container", files{"proc/2/status": "Name:\tsh\nTgid:\t2\nPPid:\t1\nVmSize:\t8\n"}, 2, true, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(row.change))
			s.exist = func(int) unix.Errno {
				if row.alive {
					return unix.EPERM
				}
				return unix.ESRCH
			}
			is(t, s.target(row.pid, unix.ESRCH), row.want)
		})
	}
}

// Without thread-self, as before Linux 3.17.
func TestHintTargetOnAnOldKernel(t *testing.T) {
	old := files{}
	for path, content := range plain {
		if path != "proc/self" {
			old[strings.Replace(path, "thread-self", strconv.Itoa(os.Getpid()), 1)] = content
		}
	}
	old["proc/self"] = plain["proc/self"]
	is(t, machine(t, old).target(42, unix.ESRCH), []string{"there is no process 42"})
}
