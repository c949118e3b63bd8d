//go:build linux

package nsrun_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// optional returns the optional fields of the mount at path, sorted as the kernel shows
// them, without the numbers of the peer groups.
func optional(t *testing.T, table, path string) string {
	t.Helper()
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if f[4] != path {
			continue
		}
		var words []string
		for _, word := range f[6:] {
			if word == "-" {
				return strings.Join(words, " ")
			}
			word, _, _ = strings.Cut(word, ":")
			words = append(words, word)
		}
	}
	t.Fatalf("no mount at %s in:\n%s", path, table)
	return ""
}

// sharedTree makes all mounts of a child shared, with a tmpfs at dir.
func sharedTree(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestPropagation(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		dir := sharedTree(t)
		sub := filepath.Join(dir, "sub")
		if err := os.Mkdir(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		before := mountinfo(t)
		for _, row := range []struct {
			word    string
			want    string // of a mount that the caller has shared
			travels bool   // from inside to outside
		}{
			{"private", "", false}, {"slave", "master", false}, {"unbindable", "unbindable", false},
			{"shared", "shared", true}, {"unchanged", "shared", true},
		} {
			t.Run(row.word, func(t *testing.T) {
				out := mustRun(t, c.run(t, "--propagation="+row.word, "--mnt", "sh", "-c",
					`cat /proc/self/mountinfo && mount -t tmpfs inside "$1"`, "sh", sub))
				for _, path := range []string{"/", dir} {
					if got := optional(t, out, path); got != row.want {
						t.Errorf("propagation of %s is %q, want %q", path, got, row.want)
					}
				}
				after := mountinfo(t)
				if strings.Contains(after, " inside ") != row.travels || !row.travels && after != before {
					t.Errorf("the caller's mounts:\n%s\nbefore:\n%s", after, before)
				}
				if row.travels {
					if err := unix.Unmount(sub, 0); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	})
}

// With a root file system nothing of its set-up may be seen outside, whatever the
// propagation is in the end.
func TestPropagationWithRootfs(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := markedRootfs(t)
		sharedTree(t)
		before := mountinfo(t)
		for _, row := range []struct{ word, want string }{
			{"private", ""}, {"slave", "master"}, {"shared", "shared"}, {"unbindable", "unbindable"},
			{"unchanged", ""}, // of a root that the tool itself has attached
		} {
			t.Run(row.word, func(t *testing.T) {
				out := mustRun(t, c.run(t, append([]string{"--propagation", row.word},
					mainJob(root, "cat", "/marker", "/proc/self/mountinfo")...)...))
				_, out, _ = strings.Cut(out, "in the root file system\n")
				if got := optional(t, out, "/"); !strings.Contains(got, row.want) {
					t.Errorf("propagation of / is %q, want %q", got, row.want)
				}
				for line := range strings.Lines(out) {
					if f := strings.Fields(line); len(f[4]) > 1 && !strings.Contains("/proc/dev/sys", f[4][:4]) {
						t.Errorf("a mount of the old root: %s", line)
					}
				}
				if after := mountinfo(t); after != before {
					t.Errorf("the caller's mounts:\n%s\nbefore:\n%s", after, before)
				}
			})
		}
	})
}

func TestBadPropagation(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustFail(t, c.run(t, "--mnt", "--propagation=sideways", "true"), 125, "--propagation", "sideways", "private")
	})
}

func mountinfo(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
