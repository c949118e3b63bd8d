//go:build linux

package nsfs

import (
	"os"
	"path/filepath"
	"testing"
)

// What an old kernel shows below /proc/self/ns.
func TestSupportedOnAnOldKernel(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ipc", "mnt", "net", "pid", "user", "uts"} {
		// As there, a link whose target is no path.
		if err := os.Symlink(name+":[4026531838]", filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		kinds Kind
		want  bool
	}{
		{UTS, true},
		{User | IPC | UTS | Net | PID | Mnt, true},
		{Time, false},
		{UTS | Cgroup, false},
		{0, true},
	} {
		if got := supported(dir, row.kinds); got != row.want {
			t.Errorf("supported(%v) = %v, want %v", row.kinds, got, row.want)
		}
	}
}

func TestSupportedWithoutProc(t *testing.T) {
	if !supported(filepath.Join(t.TempDir(), "missing"), Time) {
		t.Error("called unsupported where nothing can be seen")
	}
}

func TestSupportedHere(t *testing.T) {
	if !Supported(Mnt) { // without a file for it no kernel has /proc/self/ns
		t.Error("no mount namespaces")
	}
}
