//go:build linux

package loop

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func hintOf(t *testing.T, err error) string {
	t.Helper()
	var e *diag.Error
	if !errors.As(err, &e) {
		t.Fatalf("no *diag.Error: %v", err)
	}
	return e.Hint
}

func TestOnlyRootOfTheMachineCanAttach(t *testing.T) {
	nstest.RequireRoot(t)
	for name, child := range map[string]nstest.Child{
		"a user":                          {User: true},
		"a user's user namespace":         {Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true},
		"a user namespace with all users": {Cloneflags: unix.CLONE_NEWUSER, MapAll: true},
	} {
		t.Run(name, func(t *testing.T) {
			nstest.InChild(t, child, func(t *testing.T) {
				file := open(t, image(t, t.TempDir()+"/image"), unix.O_RDWR)
				d, err := Attach(file, Options{})
				if child.MapAll { // its root is the owner of the device nodes
					fatal(t, err)
					fatal(t, d.Close())
					return
				}
				const want = `open("/dev/loop-control", O_RDWR|O_CLOEXEC): permission denied (EACCES)`
				if err == nil || err.Error() != want || hintOf(t, err) != notRoot {
					t.Errorf("got %v, want %s", err, want)
				}
			})
		})
	}
}

// A container may have a /dev that its maker filled once: what the hint says mends it.
func TestAMissingNodeIsMendedByTheHint(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.RequireCommand(t, "mknod")
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		path := image(t, t.TempDir()+"/image")
		file := open(t, path, unix.O_RDWR)
		fatal(t, unix.Mount("tmpfs", "/dev", "tmpfs", 0, ""))
		for _, node := range []string{controlPath, "/dev/loop"} {
			_, err := Attach(file, Options{})
			if !errors.Is(err, unix.ENOENT) || !strings.Contains(err.Error(), `open("`+node) {
				t.Fatalf("without %s: %v", node, err)
			}
			_, rest, _ := strings.Cut(hintOf(t, err), "`")
			command, _, ok := strings.Cut(rest, "`")
			if !ok || !strings.HasPrefix(command, "mknod -m 6") {
				t.Fatalf("without %s the hint is %q", node, hintOf(t, err))
			}
			cmd := exec.Command("sh", "-c", command)
			cmd.Stdin = strings.NewReader("") // there is no /dev/null
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", command, err, output)
			}
		}
		d, err := Attach(file, Options{})
		fatal(t, err)
		fatal(t, d.Close())
		wantGone(t, path)
	})
}

func TestADeviceWithoutDriverAsksForTheModule(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		fatal(t, unix.Mount("tmpfs", "/sys", "tmpfs", 0, ""))
		for _, errno := range []unix.Errno{unix.ENOENT, unix.ENODEV, unix.ENXIO} {
			if hint := hintNode(controlPath, errno); !strings.Contains(hint, "`modprobe loop`") {
				t.Errorf("%v: the hint is %q", errno, hint)
			}
		}
		if hint := hintNode(controlPath, unix.EMFILE); hint != "" {
			t.Errorf("too many open files: the hint is %q", hint)
		}
	})
}

// Whatever becomes of the program, the device is free again.
func TestADeviceGoesWithTheProcess(t *testing.T) {
	nstest.RequireRoot(t)
	for _, mounted := range []bool{false, true} {
		name := map[bool]string{false: "not mounted", true: "mounted"}[mounted]
		t.Run(name, func(t *testing.T) {
			nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
				mkfs := nstest.RequireCommand(t, "mkfs.ext4")
				path := t.TempDir() + "/image"
				fatal(t, os.WriteFile(path, make([]byte, 1<<20), 0o600))
				if output, err := exec.Command(mkfs, "-q", path).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, output)
				}
				d, err := Attach(open(t, path, unix.O_RDWR), Options{})
				fatal(t, err)
				if mounted {
					fatal(t, unix.Mount("tmpfs", "/mnt", "tmpfs", 0, ""))
					fatal(t, unix.Mount(d.Path, "/mnt", "ext4", 0, ""))
					fatal(t, d.Close())
					if got := sysfs(d.Path, "loop/backing_file"); got != path {
						t.Errorf("with only the mount left the file is %q", got)
					}
				}
			})
			wantGone(t, os.TempDir()) // here the process has ended
		})
	}
}
