//go:build linux

package privileges_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// hardened is what a command sees of the things that --harden does.
type hardened struct {
	masked, readOnly, ownSession bool
	bounding                     uint64
	nnp, seccomp                 string
}

// look runs a shell in a root file system with these options and reads what it sees.
func look(t *testing.T, c caller, options, rootfs string) hardened {
	t.Helper()
	const script = `cat /proc/self/status; echo "mounts:"; cat /proc/self/mountinfo; echo "stat:"; cat /proc/$$/stat`
	out := mustRun(t, c.run(t, "--uts --ipc --net --pid "+options, rootfs, "sh", "-c", script))
	text, rest, _ := strings.Cut(out, "mounts:\n")
	mounts, stat, _ := strings.Cut(rest, "stat:\n")
	s := parseStatus(text)
	fields := strings.Fields(stat) // proc_pid_stat(5): 1 is the PID, 6 the session
	return hardened{
		masked:     mounted(mounts, "/proc/interrupts", "") && mounted(mounts, "/sys/firmware", "ro"),
		readOnly:   mounted(mounts, "/proc/sys", "ro") && mounted(mounts, "/proc/irq", "ro"),
		ownSession: fields[5] == fields[0],
		bounding:   s.sets(t)[0],
		nnp:        s["NoNewPrivs"],
		seccomp:    s["Seccomp"],
	}
}

// mounted reports whether something is mounted there, with this option of the mount.
func mounted(mountinfo, path, option string) bool {
	for line := range strings.Lines(mountinfo) {
		f := strings.Fields(line) // proc_pid_mountinfo(5)
		if f[4] == path && (option == "" || slices.Contains(strings.Split(f[5], ","), option)) {
			return true
		}
	}
	return false
}

// --harden does what Docker does by default, and each of it can be taken back alone.
func TestHarden(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		rootfs := nstest.Rootfs(t)
		all := look(t, c, "", rootfs).bounding
		full := hardened{true, true, true, docker, "1", "2"}
		for _, row := range []struct {
			options string
			change  func(h *hardened)
		}{
			{"", func(*hardened) {}},
			{"--mask none", func(h *hardened) { h.masked = false }},
			{"--ro-path none", func(h *hardened) { h.readOnly = false }},
			{"--mask none --ro-path none", func(h *hardened) { h.masked, h.readOnly = false, false }},
			{"--mask default", func(*hardened) {}},
			{"--cap-add ALL", func(h *hardened) { h.bounding = all }},
			{"--cap-add SYS_PTRACE", func(h *hardened) { h.bounding = docker | 1<<19 }},
			{"--seccomp none", func(h *hardened) { h.seccomp = "0" }},
			{"--seccomp none --no-new-privs=off", func(h *hardened) { h.seccomp, h.nnp = "0", "0" }},
			{"--no-new-privs=off", func(h *hardened) { h.nnp = "0" }}, // Docker has no no_new_privs with its filter
			{"--cap-add SYS_ADMIN --no-new-privs=off", func(h *hardened) { h.bounding, h.nnp = docker|admin, "0" }},
			{"--new-session=off", func(h *hardened) { h.ownSession = false }},
		} {
			want := full
			row.change(&want)
			if got := look(t, c, "--harden "+row.options, rootfs); got != want {
				t.Errorf("--harden %s: %+v, want %+v", row.options, got, want)
			}
		}
		if got, want := look(t, c, "", rootfs), (hardened{bounding: all, nnp: "0", seccomp: "0"}); got != want {
			t.Errorf("without it: %+v, want %+v", got, want)
		}
	})
}

// What the masks are for cannot be read or written.
func TestHardenHides(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		rootfs := nstest.Rootfs(t)
		const script = `for f in /proc/kcore /proc/keys /proc/timer_list; do [ -s "$f" ] && [ -n "$(head -c 1 $f)" ] && echo $f; done
			ls /sys/firmware; echo 1 2>/dev/null >/proc/sys/kernel/sysrq && echo sysrq; exit 0`
		if out := mustRun(t, c.run(t, "--pid --net --harden", rootfs, "sh", "-c", script)); out != "" {
			t.Errorf("inside can be seen or changed:\n%s", out)
		}
	})
}

// Without a mount namespace the rest is done.
func TestHardenWithoutMounts(t *testing.T) {
	setUp(t)
	before, err := os.ReadFile("/proc/self/mountinfo")
	must(t, err)
	for _, c := range []caller{root, user} {
		s := c.status(t, "--harden")
		s.want(t, "NoNewPrivs", "1", "Seccomp", "2")
		if c.user {
			continue
		}
		if got := s.sets(t)[0]; got != docker {
			t.Errorf("the bounding set is %x, want %x", got, docker)
		}
	}
	after, err := os.ReadFile("/proc/self/mountinfo")
	must(t, err)
	if string(after) != string(before) {
		t.Error("the caller's mounts were changed")
	}
}
