//go:build linux

package privileges_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// rules is a profile that allows everything but what these rules say.
func rules(rules ...string) string {
	return `{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [` + strings.Join(rules, ", ") + "]}"
}

func rule(names, action, rest string) string {
	return fmt.Sprintf(`{"names": [%q], "action": "SCMP_ACT_%s"%s}`, names, action, rest)
}

// What a profile in a file says is what the command meets.
func TestProfileInAFile(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, row := range []struct {
			why, profile, script string
			code                 int
			stdout, stderr       string
		}{
			{"an error", rules(rule("uname", "ERRNO", `, "errnoRet": 33`)), "uname 2>/dev/null || echo refused", 0, "refused\n", ""},
			{"EPERM where no error is named", rules(rule("mkdir", "ERRNO", ""), rule("mkdirat", "ERRNO", "")),
				"mkdir /tmp/nstest-never", 1, "", "Operation not permitted"},
			{"an error by its name", rules(rule("mkdir", "ERRNO", `, "errno": "EDOM"`), rule("mkdirat", "ERRNO", `, "errno": "EDOM"`)),
				"mkdir /tmp/nstest-never", 1, "", "Numerical argument out of domain"},
			{"the process is killed", rules(rule("mkdir", "KILL_PROCESS", ""), rule("mkdirat", "KILL_PROCESS", "")),
				"exec mkdir /tmp/nstest-never", 128 + int(unix.SIGSYS), "", ""},
			{"a signal", rules(rule("mkdir", "TRAP", ""), rule("mkdirat", "TRAP", "")),
				"exec mkdir /tmp/nstest-never", 128 + int(unix.SIGSYS), "", ""},
			{"kill -0 and no other", rules(rule("kill", "ERRNO", `, "args": [{"index": 1, "value": 0, "op": "SCMP_CMP_NE"}]`)),
				"kill -0 $$ && echo asked; kill -URG $$ 2>/dev/null || echo refused", 0, "asked\nrefused\n", ""},
			{"a rule for what the command lacks", rules(`{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "includes": {"caps": ["CAP_SYS_TIME"]}}`),
				"mkdir -p . && echo made", 0, "made\n", ""},
			{"what is logged is done", rules(rule("mkdir", "LOG", ""), rule("mkdirat", "LOG", "")), "mkdir -p . && echo made", 0, "made\n", ""},
			{"a flag", `{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"], "syscalls": [` +
				rule("mkdir", "ERRNO", "") + ", " + rule("mkdirat", "ERRNO", "") + "]}", "mkdir /tmp/nstest-never 2>/dev/null || echo refused", 0, "refused\n", ""},
		} {
			file := write(t, "profile.json", row.profile)
			for _, options := range []string{"", "--fork", "-r --pid --mnt", "-c --cap-drop ALL"} {
				r := c.run(t, options+" --seccomp "+file, "sh", "-c", row.script)
				if r.Code != row.code || r.Stdout != row.stdout || !strings.Contains(r.Stderr, row.stderr) || row.stderr == "" && r.Stderr != "" {
					t.Errorf("%s, %q: %+v, want status %d, %q and %q", row.why, options, r, row.code, row.stdout, row.stderr)
				}
			}
		}
	})
}

// bare lets a process do what a static program without a runtime does when it starts and ends.
const bare = `{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{"names": ["execve", "exit"], "action": "SCMP_ACT_ALLOW"}]}`

// The filter is loaded last: with one that lets a process do nothing but execve and exit the
// command runs, also when it has to be looked for.
func TestFilterIsLoadedLast(t *testing.T) {
	dir := exitProgram(t)
	profile := write(t, "bare.json", bare)
	// As execvp(3) does, a directory and a file that may not be executed are passed over.
	decoys := nstest.TempDir(t)
	must(t, os.MkdirAll(decoys+"/a/leave", 0o755))
	must(t, os.Mkdir(decoys+"/b", 0o755))
	write(t, decoys+"/b/leave", "")
	eachCaller(t, func(t *testing.T, c caller) {
		for _, options := range []string{"", "--fork", "--new-session", "-c --cap-drop ALL --no-new-privs", "-r --uts --pid --mnt"} {
			for _, name := range []string{dir + "/leave", "leave"} {
				cmd := c.nsrun(t, append(strings.Fields(options+" --seccomp "+profile), name)...)
				cmd.Env = append(cmd.Env, "PATH=/no/such:"+decoys+"/a:"+decoys+"/b:"+dir+":/bin")
				if r := nstest.Exec(t, cmd); r.Code != 7 || r.Stdout+r.Stderr != "" {
					t.Errorf("%s %s: %+v, want status 7", options, name, r)
				}
			}
		}
		if r := c.run(t, "--seccomp "+profile, "true"); r.Code != 128+int(unix.SIGSYS) {
			t.Errorf("a program that does more: %+v, want it killed", r)
		}
	})
}

// exitProgram makes a program, called leave, that does nothing but exit(7), and returns where.
func exitProgram(t *testing.T) string {
	t.Helper()
	gcc := nstest.RequireCommand(t, "gcc")
	call := `__asm__ volatile("syscall" : : "a"(60), "D"(7));`
	if runtime.GOARCH == "arm64" {
		call = `__asm__ volatile("mov x8, #93; mov x0, #7; svc #0");`
	}
	dir := nstest.TempDir(t)
	cmd := exec.Command(gcc, "-static", "-nostdlib", "-ffreestanding", "-x", "c", "-", "-o", filepath.Join(dir, "leave"))
	cmd.Stdin = strings.NewReader("void _start(void) { " + call + " for (;;) ; }\n")
	mustRun(t, nstest.Exec(t, cmd))
	return dir
}
