//go:build linux

package nsrun_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestHelp(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, args := range []string{"--help", "-h", "-uh", "--uts --help true", "--help --explain"} {
			out := mustRun(t, c.run(t, strings.Fields(args)...))
			for _, word := range []string{"nsrun", "--uts", "--propagation", "--kill-child", "default", "ROOTFS"} {
				if !strings.Contains(out, word) {
					t.Errorf("nsrun %s: %q is not in:\n%s", args, word, out)
				}
			}
			for line := range strings.Lines(out) {
				if len(line) > 100 {
					t.Errorf("a line of %d characters: %s", len(line), line)
				}
			}
		}
		mustPrint(t, c.run(t, "--uts", "sh", "-c", `echo "$1"`, "sh", "--help"), "--help\n")
	})
}

func TestVersion(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, option := range []string{"--version", "-V"} {
			out := mustRun(t, c.run(t, option))
			if !regexp.MustCompile(`^nsrun [0-9a-z]\S*\n$`).MatchString(out) {
				t.Errorf("%s prints %q", option, out)
			}
		}
	})
}

func TestCompletion(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, shell := range []string{"bash", "zsh", "fish"} {
			if out := mustRun(t, c.run(t, "--completion", shell)); !strings.Contains(out, "kill-child") {
				t.Errorf("the script for %s does not know --kill-child:\n%s", shell, out)
			}
		}
		mustFail(t, c.run(t, "--completion=csh"), 125, "--completion", "csh", "bash")
	})
}

// --explain says what would be done, and does none of it.
func TestExplain(t *testing.T) {
	root := nstest.Rootfs(t)
	dir := worldWritable(t)
	mark := filepath.Join(dir, "ran")
	eachCaller(t, func(t *testing.T, c caller) {
		before := mountinfo(t)
		out := mustRun(t, c.run(t, append([]string{"--explain", "--hostname=box", "--wd=/tmp"},
			mainJob(root, "touch", mark)...)...))
		last := -1
		words := []string{"CLONE_NEWUTS", "PR_SET_PDEATHSIG", root, `mount("proc"`, "pivot_root", "sethostname", "chdir", "execve"}
		if !c.root {
			words = append([]string{"CLONE_NEWUSER"}, words...)
			words = append(words, "uid_map")
		}
		for _, word := range words {
			if i := strings.Index(out, word); i < 0 {
				t.Errorf("%q is not in:\n%s", word, out)
			} else if word != "CLONE_NEWUSER" && word != "CLONE_NEWUTS" && word != "uid_map" && word != "chdir" && i < last {
				t.Errorf("%q comes too early in:\n%s", word, out)
			} else {
				last = i
			}
		}
		if !regexp.MustCompile(`(?m)^\s*1[.) ]`).MatchString(out) || !strings.Contains(out, "unshare") {
			t.Errorf("numbers and shell commands are wanted:\n%s", out)
		}
		if _, err := os.Stat(mark); err == nil || mountinfo(t) != before {
			t.Error("--explain did something")
		}
	})
}

func TestExplainKeepsNothing(t *testing.T) {
	dir := worldWritable(t)
	eachCaller(t, func(t *testing.T, c caller) {
		file := filepath.Join(dir, "it's uts")
		out := mustRun(t, c.run(t, "--explain", "--uts="+file, "true"))
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("--explain made %v", entries)
		}
		if !strings.Contains(out, "MS_BIND") || !strings.Contains(out, `'`+dir+`/it'\''s uts'`) {
			t.Errorf("the file, quoted for a shell, is not in:\n%s", out)
		}
	})
}

// Escape sequences of hostile names do not reach the terminal by --explain either.
func TestExplainEscapes(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		out := mustRun(t, c.run(t, "--explain", "--hostname=a\x1b]0;x\a", "--wd=\x1b[2J", "--root=/\x1b[2J", "c\x1b[2J\n", "\u202e"))
		if strings.ContainsAny(out, "\x1b\a\u202e") {
			t.Errorf("control characters in %q", out)
		}
	})
}

func TestBadCommandLine(t *testing.T) {
	for _, row := range []struct {
		args  []string
		words []string
	}{
		{[]string{"--nothing-like-it"}, []string{"--nothing-like-it"}},
		{[]string{"--hostnme=x"}, []string{"--hostnme", "--hostname"}},
		{[]string{"-Q"}, []string{"-Q"}},
		{[]string{"-uQ", "true"}, []string{"-Q"}},
		{[]string{"--fork=yes", "true"}, []string{"--fork", "argument"}},
		{[]string{"--wd"}, []string{"--wd", "argument"}},
		{[]string{"-w"}, []string{"-w", "argument"}},
		{[]string{"--proc=sometimes", "--mnt", "true"}, []string{"--proc", "sometimes", "auto"}},
		{[]string{"--dev=x", "--mnt", "true"}, []string{"--dev", "host"}},
		{[]string{"--sys=x", "--mnt", "true"}, []string{"--sys", "ro"}},
		{[]string{"--proc=mount", "--uts", "true"}, []string{"--proc", "--mnt"}},
		{[]string{"--\x1b[2J"}, []string{`\x1b[2J`}},
		{[]string{"--\xff\n"}, []string{`\xff\n`}},
		{[]string{"--=x"}, []string{"--=x"}},
	} {
		t.Run(strings.ToValidUTF8(strings.Join(row.args, " "), "?"), func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				r := c.run(t, row.args...)
				mustFail(t, r, 125, row.words...)
				if r.Stdout != "" {
					t.Errorf("stdout: %q", r.Stdout)
				}
			})
		})
	}
}
