//go:build linux

package nstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// leakEverything is a victim: it passes and leaves one of each kind behind, in mount and
// UTS namespaces that end with it.
func leakEverything(t *testing.T) {
	dir := os.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(exec.Command("sh", "-c", "sleep 1000 >/dev/null 2>&1 &").Run())
	must(exec.Command("unshare", "--ipc", "sh", "-c", "sleep 1001 >/dev/null 2>&1 &").Run())
	must(os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	must(os.Mkdir(filepath.Join(dir, "mnt"), 0o700))
	must(unix.Mount("none", filepath.Join(dir, "mnt"), "tmpfs", 0, ""))
	must(unix.Mount("/proc/self/ns/uts", "/proc/version", "", unix.MS_BIND, ""))
	must(unix.Sethostname([]byte("nstest-leak")))
	must(os.Mkdir(leakedCgroup(t), 0o755))
}

// leakedCgroup is a cgroup that the parent of the victim removes.
func leakedCgroup(t *testing.T) string {
	t.Helper()
	seen := items{}
	if err := observeCgroups(seen); err != nil {
		t.Fatal(err)
	}
	var found []string
	for it := range seen {
		// Not in cpuset, where a new cgroup is not usable at once, nor in a subtree.
		if _, err := os.Stat(filepath.Join(it.path, "..", "cgroup.procs")); err != nil {
			found = append(found, it.path)
		}
	}
	if len(found) == 0 {
		t.Skip("no cgroup hierarchy is mounted")
	}
	return filepath.Join(slices.Min(found), "nstest-leak")
}

func TestLeaksAreDetected(t *testing.T) {
	RequireRoot(t)
	RequireCommand(t, "unshare")
	cgroup := leakedCgroup(t)
	defer os.Remove(cgroup)
	before := descendants(os.Getpid())
	code, output := runVictim(t, "leaks", "TMPDIR="+t.TempDir())
	if code == 0 || !strings.Contains(output, "--- PASS: TestVictim") {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{
		"(sleep 1000)", "(sleep 1001) in namespaces ipc:[", "/mnt type tmpfs",
		"mount of a namespace", "/proc/version type nsfs", "host name nstest-leak",
		"cgroup " + cgroup, "file /", "/file\n",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("not reported: %q", want)
		}
	}
	if t.Failed() {
		t.Log(output)
	}
	if after := descendants(os.Getpid()); len(after) > len(before) {
		t.Errorf("still running: %v", describe(after))
	}
}

func TestWhatIsOurs(t *testing.T) {
	const dir = "/tmp/nstest-1"
	for _, row := range []struct {
		why  string
		item item
		want bool
	}{
		{"a mount below our directory", item{kind: kindMount, text: "9 / on /tmp/nstest-1/T/001 type tmpfs"}, true},
		{"a mount of another", item{kind: kindMount, text: "9 / on /mnt type tmpfs"}, false},
		{"a namespace bound in our directory", item{kind: kindBoundNS, text: "/tmp/nstest-1/x", path: "/tmp/nstest-1/x"}, true},
		{"a namespace bound elsewhere", item{kind: kindBoundNS, path: "/run/netns/x"}, true},
		{"a namespace bound by another run", item{kind: kindBoundNS, path: "/tmp/nstest-2/x"}, false},
		{"a loop device with our file", item{kind: kindLoop, text: "loop0 of /tmp/nstest-1/T/image"}, true},
		{"a loop device with another file", item{kind: kindLoop, text: "loop0 of /var/image"}, false},
		{"a cgroup of another", item{kind: kindCgroup, path: "/sys/fs/cgroup/system.slice"}, false},
		{"a container of ours", item{kind: kindState, path: "/run/runc/nstest-1"}, true},
		{"a container of another", item{kind: kindState, path: "/run/runc/web"}, false},
		{"a host name", item{kind: kindHost, text: "name x"}, true},
		{"an interface", item{kind: kindInterface, text: "veth0"}, false},
	} {
		if got := row.item.ours(dir); got != row.want {
			t.Errorf("%s: %v", row.why, got)
		}
	}
}

func TestStrictComparison(t *testing.T) {
	gone, added := item{kind: kindMount, text: "1 / on /a"}, item{kind: kindMount, text: "2 / on /b"}
	before, after := items{gone: true}, items{added: true}
	t.Setenv("NSTEST_STRICT_LEAKS", "")
	if left := compare(before, after, "/tmp/nstest-1"); len(left) != 0 {
		t.Errorf("not ours, but reported: %v", left)
	}
	t.Setenv("NSTEST_STRICT_LEAKS", "1")
	want := []string{"mount 2 / on /b", "gone: mount 1 / on /a"}
	if left := compare(before, after, "/tmp/nstest-1"); !slices.Equal(left, want) {
		t.Errorf("got %q, want %q", left, want)
	}
}
