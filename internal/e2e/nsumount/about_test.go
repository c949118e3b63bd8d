//go:build linux

package nsumount_test

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func prints(t *testing.T, args ...string) string {
	t.Helper()
	r := nstest.Exec(t, nsumount(t, args...))
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("nsumount %q: status %d, stderr %q", args, r.Code, r.Stderr)
	}
	return r.Stdout
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"--help"}, {"-el", "--help"}} {
		text := prints(t, args...)
		for _, word := range []string{"nsumount [OPTION]... PATH...", "-l, --lazy", "-f, --force", "-e, --expire[=SECONDS]",
			"-R, --recursive", "--explain", "--completion", "default"} {
			if !strings.Contains(text, word) {
				t.Errorf("%q: no %q in\n%s", args, word, text)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	for _, option := range []string{"-V", "--version"} {
		if words := strings.Fields(prints(t, option)); len(words) < 2 || words[0] != "nsumount" {
			t.Errorf("%s: %q", option, words)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if text := prints(t, "--completion", shell); !strings.Contains(text, "recursive") {
			t.Errorf("%s: no option in the script", shell)
		}
	}
}

func TestAFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	fatal(t, err)
	defer full.Close()
	for _, args := range [][]string{{"--help"}, {"--version"}, {"--completion=zsh"}, {"--explain", "/x"}} {
		cmd := nsumount(t, args...)
		cmd.Stdout = full
		says(t, nstest.Exec(t, cmd), 125, "write /dev/stdout: no space left on device (ENOSPC)")
	}
}

func TestABadCommandLine(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "no PATH: say what to unmount"},
		{[]string{""}, "a PATH is empty"},
		{[]string{"-el", "/x"}, "options --expire and --lazy exclude each other"},
		{[]string{"--expire=1", "-f", "/x"}, "options --expire and --force exclude each other"},
		{[]string{"--expire=soon", "/x"}, "option --expire: soon is not a number of seconds such as 10 or 0.5"},
		{[]string{"--\x1b[2J"}, `unknown option --\x1b[2J`},
		{[]string{"--completion=csh"}, "option --completion: csh is not one of bash, zsh, fish"},
	} {
		refuses(t, row.args, row.want)
	}
}

// A copy that everybody may run with root's rights would let everybody unmount everything.
func TestSetuidIsRefused(t *testing.T) {
	nstest.RequireRoot(t)
	tool := nstest.Tool(t, "nsumount")
	copied := nstest.TempDir(t) + "/nsumount"
	content, err := os.ReadFile(tool)
	fatal(t, err)
	fatal(t, os.WriteFile(copied, content, 0o755))
	fatal(t, os.Chmod(copied, 0o755|os.ModeSetuid))
	cmd := nsumount(t, "--version")
	cmd.Path = copied
	nstest.AsUser(cmd)
	says(t, nstest.Exec(t, cmd), 125, "start: operation not permitted (EPERM)",
		"hint: this program does not run setuid, setgid or with file capabilities: it would hand them to everybody (chmod u-s,g-s; setcap -r)")
}

func TestExplain(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/it's b")
		tmpfs(t, "/mnt/c")
		for _, row := range []struct {
			args []string
			want string
		}{
			{[]string{"/mnt/a"}, "1. umount2(\"/mnt/a\", 0)\n   # umount /mnt/a\n"},
			{[]string{"-l", "a", "-b"}, "1. umount2(\"a\", MNT_DETACH)\n   # umount -l a\n2. umount2(\"-b\", MNT_DETACH)\n   # umount -l -- -b\n"},
			{[]string{"-f", "/mnt/c"}, "1. umount2(\"/mnt/c\", MNT_FORCE)\n   # umount -f /mnt/c\n"},
			{[]string{"-lf", "\x1b[2J"}, "1. umount2(\"\\x1b[2J\", MNT_FORCE|MNT_DETACH)\n   # umount -l -f '\\x1b[2J'\n"},
			{[]string{"-R", "/mnt"}, "1. umount2(\"/mnt/c\", UMOUNT_NOFOLLOW)\n   # umount /mnt/c\n" +
				"2. umount2(\"/mnt/a/it's b\", UMOUNT_NOFOLLOW)\n   # umount '/mnt/a/it'\\''s b'\n" +
				"3. umount2(\"/mnt/a\", UMOUNT_NOFOLLOW)\n   # umount /mnt/a\n4. umount2(\"/mnt\", UMOUNT_NOFOLLOW)\n   # umount /mnt\n"},
			{[]string{"-Rl", "/mnt"}, "1. umount2(\"/mnt\", MNT_DETACH)\n   # umount -l /mnt\n"},
			{[]string{"-e", "/mnt"}, "1. umount2(\"/mnt\", MNT_EXPIRE)\n   nanosleep(1 s)\n   umount2(\"/mnt\", MNT_EXPIRE)\n"},
		} {
			if got := prints(t, append([]string{"--explain"}, row.args...)...); got != row.want {
				t.Errorf("%q prints\n%swant\n%s", row.args, got, row.want)
			}
		}
		for _, path := range []string{"/mnt", "/mnt/a", "/mnt/a/it's b", "/mnt/c"} {
			mounted(t, path, 1)
		}
	})
}
