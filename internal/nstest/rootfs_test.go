//go:build linux

package nstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRootfs(t *testing.T) {
	root := Rootfs(t)
	cmd := exec.Command("/bin/sh", "-c",
		"for c in sh cat ls id ps mount hostname readlink sleep true echo test; do command -v $c || exit 9; done; readlink bin; id -u")
	cmd.Env = []string{"PATH=/bin:/usr/bin"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	want := "54321"
	if os.Geteuid() == 0 {
		AsUser(cmd) // who can read all of it
	} else {
		RequireUserNS(t)
		cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		want = "0"
	}
	result := Exec(t, cmd)
	if result.Code != 0 || !strings.HasSuffix(result.Stdout, "\n"+want+"\n") {
		t.Errorf("exit status %d: %s%s", result.Code, result.Stdout, result.Stderr)
	}
}

func TestRootfsIsTheTestsOwn(t *testing.T) {
	first := Rootfs(t)
	if err := os.WriteFile(filepath.Join(first, "etc", "passwd"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	second := Rootfs(t)
	if text, err := os.ReadFile(filepath.Join(second, "etc", "passwd")); err != nil || string(text) == "changed" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestRootfsInAChild(t *testing.T) {
	InChild(t, Child{User: true}, func(t *testing.T) {
		if _, err := os.Stat(filepath.Join(Rootfs(t), "bin", "sh")); err != nil {
			t.Error(err)
		}
	})
}

func TestTempDirDetachesWhatIsLeftMounted(t *testing.T) {
	InChild(t, Child{}, func(t *testing.T) {
		dir, keep := t.TempDir(), t.TempDir()
		file := filepath.Join(keep, "precious")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount(keep, dir, "", unix.MS_BIND, ""); err != nil {
			t.Fatal(err)
		}
		var tb recorder
		detachBelow(&tb, dir)
		if len(tb.errors) != 1 || !strings.Contains(tb.errors[0], "left mounted: "+dir) {
			t.Errorf("reported: %q", tb.errors)
		}
		if left, err := mountedBelow(dir); err != nil || len(left) > 0 {
			t.Errorf("still mounted: %v, %v", left, err)
		}
	})
}
