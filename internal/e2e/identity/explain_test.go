//go:build linux

package identity_test

import (
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// What --explain says of the maps is what is written then.
func TestExplainedMaps(t *testing.T) {
	onHost(t, func(t *testing.T) {
		for _, options := range []string{
			"-r", "-c", "--user", "-r --fork", "-r --all", "--map-user 5 --map-group 6", "--map-user nsk --map-group staff",
			"--map-auto", "-r --map-auto", "-c --map-auto --map-group 7", "--map-subids", "--map-users subids --map-groups auto",
			"--map-users 0:SUB:10 --map-users 20:OWN:1 --map-groups 0:SUG:5", "--map-auto --setgroups deny", "-r --setgroups deny",
			"--userns-remap ME", "--map-auto -S 5 -G 6",
		} {
			t.Run(options, func(t *testing.T) {
				eachCaller(t, func(t *testing.T, c caller) {
					name := map[uint32]string{0: "root", user.uid: "nsk"}[c.uid]
					compareWritten(t, c, strings.ReplaceAll(filled(options, c), "ME", name))
				})
			})
		}
		compareWritten(t, root, "--map-users all --map-groups all")
		compareWritten(t, root, "--owner nsk:nsk --map-users 0:54321:1 --map-groups 0:54321:1")
		// What is refused is refused by --explain too.
		user.refused(t, "--explain --map-users 0:0:1", "the uid map 0:0:1 asks for the outer id 0"+userUsers)
		poor.refused(t, "--explain --map-auto", noEntry("user poor (2000)", "user", "/etc/subuid", "poor:365536:65536")...)
	})
}

func compareWritten(t *testing.T, c caller, options string) {
	t.Helper()
	explained := c.run(t, append(append([]string{"--explain"}, strings.Fields(options)...), "true")...)
	real := c.sh(t, options, "for f in uid_map gid_map setgroups; do echo = $f; cat /proc/self/$f; done")
	if explained.Code != 0 || real.Code != 0 {
		t.Fatalf("%s: %s: %d %s, %d %s", c.name, options, explained.Code, explained.Stderr, real.Code, real.Stderr)
	}
	written, have := writes(t, explained.Stdout), cut(real.Stdout)
	if written["setgroups"] == "" {
		written["setgroups"] = "allow" // as it is in a new user namespace
	}
	for _, file := range []string{"uid_map", "gid_map", "setgroups"} {
		if written[file] != have[file] {
			t.Errorf("%s: %s: %s is explained as %q, and is %q\n%s", c.name, options, file, written[file], have[file], explained.Stdout)
		}
	}
}

// writes are the texts that the steps write to files of /proc/PID, by themselves or by a
// program that takes the map as its arguments.
func writes(t *testing.T, steps string) sections {
	t.Helper()
	texts := sections{}
	for line := range strings.Lines(steps) {
		line = strings.TrimSpace(line)
		if _, call, ok := strings.Cut(line, `write("/proc/PID/`); ok {
			file, text, _ := strings.Cut(strings.TrimSuffix(call, ")"), `", `)
			plain, err := strconv.Unquote(text)
			fatal(t, err)
			texts[file] = words(plain)
		}
		for program, file := range map[string]string{"newuidmap PID ": "uid_map", "newgidmap PID ": "gid_map"} {
			if _, args, ok := strings.Cut(line, program); ok {
				texts[file] = args
			}
		}
	}
	return texts
}

// Who lacks CAP_SYS_ADMIN is shown the user namespace that it gets without asking.
func TestExplainedDefaultMap(t *testing.T) {
	onHost(t, func(t *testing.T) {
		compareWritten(t, user, "--uts")
		if r := root.run(t, "--explain", "--uts", "true"); strings.Contains(r.Stdout, "uid_map") {
			t.Error(r.Stdout)
		}
		r := user.run(t, "--explain", "--uts", nstest.Tool(t, "nsrun"))
		if got := writes(t, r.Stdout)["uid_map"]; got != "0 54321 1" {
			t.Errorf("the uid map is %q", got)
		}
	})
}
