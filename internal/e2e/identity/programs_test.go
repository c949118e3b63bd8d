//go:build linux

package identity_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// What is said of a map of subordinate ids that newuidmap(1) does not write.
const mapping = "map the user ids: 0:54321:1 1:100000:65536: "

func TestNewuidmapFails(t *testing.T) {
	nstest.RequireCommand(t, "setpriv")
	onHost(t, func(t *testing.T) {
		path := nstest.RequireCommand(t, "newuidmap")
		mkdir(t, "/mnt/bin")
		mkdir(t, "/mnt/nosuid")
		fatal(t, unix.Mount("tmpfs", "/mnt/nosuid", "tmpfs", unix.MS_NOSUID, "mode=755"))
		write(t, "/mnt/bin/nothing", "")
		script(t, "/mnt/bin/angry", `echo 'a warning' >&2; printf 'no \033[2Jmaps today\n' >&2; exit 3`)
		script(t, "/mnt/bin/killed", "kill -KILL $$")
		script(t, "/mnt/bin/flood", "yes >&2")
		call := path + " PID 0 54321 1 1 100000 65536: exit status 1: newuidmap: write to uid_map failed: Operation not permitted"
		for _, row := range []struct {
			why     string
			caller  caller
			program string // what is at path
			lines   []string
		}{
			{"it is missing", user, "/mnt/bin/nothing", []string{
				mapping + "there is no newuidmap in /run/wrappers/bin, /run/privileged/bin, /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin, /bin",
				"hint: it maps the ids of those who are not root: install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora, SUSE) or shadow-uidmap (Alpine)"}},
			{"it is not set-uid", user, copyOf(t, "newuidmap", "/mnt/bin/plain", 0o755), []string{
				mapping + call, notSetuid(path)}},
			{"it is on a file system without set-uid", user, copyOf(t, "newuidmap", "/mnt/nosuid/newuidmap", 0o755|os.ModeSetuid), []string{
				mapping + call,
				"hint: " + path + " is on a file system that is mounted nosuid, where it gains no privilege"}},
			{"no_new_privs is set", user.below("setpriv", "--no-new-privs"), "", []string{
				mapping + call,
				"hint: no_new_privs is set on this process, so that no program gains a privilege, newuidmap included; it was set by whoever started it: setpriv, systemd's NoNewPrivileges=, docker's no-new-privileges"}},
			{"the user has no entry", poor, "", noEntry("user poor (2000)", "user", "/etc/subuid", "poor:365536:65536")},
			{"it says something else", user, "/mnt/bin/angry", []string{
				mapping + path + ` PID 0 54321 1 1 100000 65536: exit status 3: no \x1b[2Jmaps today`, notSetuid(path)}},
			{"it is killed, which unshare does not notice", user, "/mnt/bin/killed", []string{
				mapping + path + " PID 0 54321 1 1 100000 65536: signal: killed", notSetuid(path)}},
		} {
			t.Run(row.why, func(t *testing.T) {
				if row.program != "" {
					covered(t, "newuidmap", row.program)
				}
				row.caller.refused(t, "--map-auto -r", row.lines...)
				row.caller.refused(t, "--map-auto -r --all", row.lines...)
				noneRuns(t)
			})
		}
		t.Run("it does not end to speak", func(t *testing.T) {
			covered(t, "newuidmap", "/mnt/bin/flood")
			if r := user.run(t, "--map-auto", "-r", "echo", "the command runs"); r.Code != 125 || r.Stdout != "" || len(r.Stderr) > 1000 {
				t.Errorf("status %d, stdout %q, %d bytes of stderr", r.Code, r.Stdout, len(r.Stderr))
			}
			noneRuns(t)
		})
		// One's own id, and no other, needs no program.
		covered(t, "newuidmap", "/mnt/bin/nothing")
		covered(t, "newgidmap", "/mnt/bin/nothing")
		user.prints(t, "-r", "id -u", "0")
		user.prints(t, "--map-users 7:54321:1", "id -u", "7")
		root.prints(t, "--map-auto -S 5", "id -u", "5")
	})
}

// As CVE-2025-23266: the caller's environment is the command's, and no privileged helper's.
// A map is also written by the program of the system, whatever PATH has.
func TestEnvironmentOfNewuidmap(t *testing.T) {
	onHost(t, func(t *testing.T) {
		mkdir(t, "/mnt/bin")
		copyOf(t, "newuidmap", "/mnt/bin/real", 0o755|os.ModeSetuid)
		script(t, "/mnt/bin/newuidmap", `tr '\0' '\n' </proc/$$/environ >/mnt/bin/environment; echo $0 >/mnt/bin/path; exec /mnt/bin/real "$@"`)
		covered(t, "newuidmap", "/mnt/bin/newuidmap")

		c := user
		c.env = []string{"LD_PRELOAD=/mnt/bin/trip.so", "LD_LIBRARY_PATH=/mnt/bin", "LD_AUDIT=/mnt/bin/trip.so",
			"GCONV_PATH=/mnt/bin", "BASH_ENV=/mnt/bin/trip", "ENV=/mnt/bin/trip", "PATH=/mnt/bin:/usr/bin:/bin"}
		r := nstest.Exec(t, c.command(nstest.Tool(t, "nsrun"), "--map-auto", "-r", "/bin/sh", "-c", "cat /proc/self/uid_map"))
		if r.Code != 0 || words(r.Stdout) != "0 54321 1 1 100000 65536" {
			t.Fatalf("status %d, %s%s", r.Code, r.Stdout, r.Stderr)
		}
		if text, err := os.ReadFile("/mnt/bin/environment"); err != nil || len(text) > 0 {
			t.Errorf("newuidmap was started with %q, %v", text, err)
		}
		if text, err := os.ReadFile("/mnt/bin/path"); err != nil || words(string(text)) != nstest.RequireCommand(t, "newuidmap") {
			t.Errorf("newuidmap was started as %q, %v", text, err)
		}
	})
}

func notSetuid(path string) string {
	return "hint: " + path + " is neither set-uid nor has file capabilities: as root, `chmod u+s " + path + "`, or `setcap cap_setuid=ep " + path + "`"
}

// script writes a shell script that everybody may execute.
func script(t *testing.T, path, text string) {
	t.Helper()
	write(t, path, "#!/bin/sh\n"+text+"\n")
	fatal(t, os.Chmod(path, 0o755))
}
