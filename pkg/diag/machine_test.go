//go:build linux

package diag

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// files are the files of a machine by path, without the first slash. A content
// of the form "-> target" is a symbolic link, an empty one of a path that ends
// in a slash a directory.
type files map[string]string

// plain is an unprivileged process in the initial namespaces of a machine
// where nothing is restricted.
var plain = files{
	"proc/self":                         "-> " + strconv.Itoa(os.Getpid()),
	"proc/thread-self/status":           "Name:\tnsrun\nPPid:\t1\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nNSpid:\t42\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nSeccomp:\t0\n",
	"proc/thread-self/uid_map":          "         0          0 4294967295\n",
	"proc/thread-self/gid_map":          "         0          0 4294967295\n",
	"proc/thread-self/mountinfo":        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n22 27 0:21 / /proc rw - proc proc rw\n",
	"proc/thread-self/exe":              "-> /opt/bin/nsrun",
	"proc/thread-self/ns/user":          "-> user:[4026531837]",
	"proc/thread-self/ns/uts":           "-> uts:[4026531838]",
	"proc/thread-self/ns/pid":           "-> pid:[4026531836]",
	"proc/1/mountinfo":                  "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n",
	"proc/1/status":                     "Name:\tinit\nPPid:\t0\n",
	"proc/sys/user/max_user_namespaces": "15000\n",
	"proc/sys/user/max_uts_namespaces":  "15000\n",
	"proc/sys/kernel/pid_max":           "4194304\n",
}

// with is plain with some files changed or added; "-" removes one.
func (f files) with(changes files) files {
	all := files{}
	for _, set := range [...]files{f, changes} {
		for path, content := range set {
			all[path] = content
		}
	}
	return all
}

// machine lays the files out, and answers what no file can: all that is
// tried works, there is no process, every file belongs to the process it is about.
func machine(t *testing.T, all files) system {
	t.Helper()
	root := t.TempDir()
	for name, content := range all {
		path := filepath.Join(root, name)
		if content == "-" {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		target, isLink := strings.CutPrefix(content, "-> ")
		switch {
		case content == "":
			err = os.MkdirAll(path, 0o755)
		case isLink:
			err = os.Symlink(target, path)
		default:
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return system{
		root:  root,
		try:   func(nsfs.Kind) unix.Errno { return 0 },
		exist: func(int) unix.Errno { return unix.ESRCH },
		owner: func(string) (bool, error) { return true, nil },
		uid:   func(file string) string { return effectiveID(file, "Uid") },
	}
}

const allCapabilities = "000001ffffffffff"

// root has all capabilities.
var root = status("CapEff", allCapabilities)

// status is the caller's status file with some lines changed.
func status(changes ...string) files {
	const path = "proc/thread-self/status"
	return files{path: edit(plain[path], changes)}
}

// edit changes lines "name:\tvalue" of text; the value "-" removes one. The
// changes are names and values by turns.
func edit(text string, changes []string) string {
	var lines []string
	for line := range strings.Lines(text) {
		for i := 0; i < len(changes); i += 2 {
			switch {
			case !strings.HasPrefix(line, changes[i]+":"):
			case changes[i+1] == "-":
				line = ""
			default:
				line = changes[i] + ":\t" + changes[i+1] + "\n"
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "")
}

// says fails the test unless the hint has all the words, in one line that is
// safe to print.
func says(t *testing.T, hint string, words ...string) {
	t.Helper()
	if hint == "" && len(words) > 0 {
		t.Fatalf("no hint; want one with %q", words)
	}
	if Escape(hint) != hint {
		t.Errorf("hint is not one line of plain text: %q", hint)
	}
	for _, word := range words {
		if !strings.Contains(hint, word) {
			t.Errorf("hint lacks %q:\n%s", word, hint)
		}
	}
}

// is is says, where no words mean that there must be no hint.
func is(t *testing.T, hint string, words []string) {
	t.Helper()
	says(t, hint, words...)
	if len(words) == 0 && hint != "" {
		t.Errorf("hint %q, want none", hint)
	}
}
