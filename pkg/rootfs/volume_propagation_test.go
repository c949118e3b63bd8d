//go:build linux

package rootfs

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"
)

// newCalls reports whether the kernel has the calls of Linux 5.2 and 5.12, and no filter refuses them.
func newCalls() bool {
	tree, err := mount.CloneTree(0, false)
	if err == nil {
		tree.Close()
	}
	return !strings.Contains(errText(err), "ENOSYS") && !strings.Contains(errText(err), "EPERM")
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// volumePropagations are, where all is shared outside and private inside, what the optional fields of
// the volume, and of a mount below it, begin with; and whether a mount that is made outside
// afterwards is seen inside, and the reverse: on the volume itself, and on that below it.
var volumePropagations = []struct {
	option, top, sub          string
	topIn, topOut, subIn, out bool
}{
	{option: ""},
	{option: "private"},
	{option: "rprivate"},
	{option: "slave", top: "master:", topIn: true},
	{option: "rslave", top: "master:", sub: "master:", topIn: true, subIn: true},
	{option: "shared", top: "shared:", topIn: true, topOut: true},
	{option: "rshared", top: "shared:", sub: "shared:", topIn: true, topOut: true, subIn: true, out: true},
	{option: "unbindable", top: "unbindable"},
	{option: "runbindable", top: "unbindable", sub: "unbindable"},
}

func TestVolumePropagation(t *testing.T) {
	for _, row := range volumePropagations {
		for _, root := range []string{"/tmp/r", ""} {
			t.Run(row.option+" with the root "+root, func(t *testing.T) {
				everywhere(t, func(t *testing.T, c Config) {
					c.Mounts = []Mount{volume(t, strings.TrimSuffix("/tmp/a:/tmp/x:"+row.option, ":"))}
					c.Root, c.Dev, c.Sys = root, DevNone, SysNone
					if root == "" && c.Mounts[0].propagates() && !newCalls() {
						return // TestSharedVolumesWithoutARootNeedNewCalls
					}
					sharedVolume(t)
					before := len(mounts(t, "self"))
					afterwards(t, c, func() {
						table := mounts(t, "thread-self")
						checkOptional(t, table, "/tmp/x", row.top)
						checkOptional(t, table, "/tmp/x/sub", row.sub)
						if got := has(table, "/tmp/x/outside"); got != row.topIn {
							t.Errorf("a mount of outside is seen on the volume: %v", got)
						}
						if got := has(table, "/tmp/x/sub/outside"); got != row.subIn {
							t.Errorf("a mount of outside is seen below the volume: %v", got)
						}
					})
					table := mounts(t, "self")
					if got := has(table, "/tmp/a/inside"); got != row.topOut {
						t.Errorf("a mount of inside is seen on the source: %v", got)
					}
					if got := has(table, "/tmp/a/sub/inside"); got != row.out {
						t.Errorf("a mount of inside is seen below the source: %v", got)
					}
					if row.topOut != row.topIn && len(table) != before+2 {
						t.Errorf("outside there are %d mounts more", len(table)-before)
					}
				})
			})
		}
	}
}

// sharedVolume makes /tmp/a, a shared mount with another one below it.
func sharedVolume(t *testing.T) {
	t.Helper()
	tree(t, "dir r", "dir a", "dir x")
	mountTmpfs(t, "/tmp/a", 0)
	fatal(t, os.Mkdir("/tmp/a/sub", 0o755))
	mountTmpfs(t, "/tmp/a/sub", 0)
	for _, dir := range []string{"/tmp/a/", "/tmp/a/sub/"} {
		fatal(t, os.Mkdir(dir+"outside", 0o755))
		fatal(t, os.Mkdir(dir+"inside", 0o755))
	}
	fatal(t, mount.SetPropagation("/", mount.Shared))
}

// afterwards does the steps, mounts outside on /tmp/a and below it, calls inside, and mounts there.
func afterwards(t *testing.T, c Config, inside func()) {
	t.Helper()
	ready, carryOn := make(chan bool), make(chan bool)
	go func() {
		defer close(carryOn)
		if _, ok := <-ready; !ok {
			return
		}
		check(t, mount.FS{Type: "tmpfs"}.Mount("/tmp/a/outside"))
		check(t, mount.FS{Type: "tmpfs"}.Mount("/tmp/a/sub/outside"))
	}()
	check(t, run(t, c, func() {
		ready <- true
		<-carryOn
		inside()
		check(t, mount.FS{Type: "tmpfs"}.Mount("/tmp/x/inside"))
		check(t, mount.FS{Type: "tmpfs"}.Mount("/tmp/x/sub/inside"))
	}))
	close(ready)
}

// A volume that has peers must not give any to what is beside it.
func TestAPropagationIsThatOfItsVolumeAlone(t *testing.T) {
	for _, other := range []string{"/tmp/a:/tmp/x", "/tmp/a:/tmp/x:private", "/tmp/a:/tmp/x:ro"} {
		for _, p := range []mount.Propagation{mount.Private, mount.Slave} {
			t.Run(other+" with "+p.String(), func(t *testing.T) {
				everywhere(t, func(t *testing.T, c Config) {
					c = bare(c, volume(t, other), volume(t, "/tmp/b:/b:rshared"))
					c.Propagation = p
					sharedVolume(t)
					fatal(t, os.Mkdir("/tmp/b", 0o755))
					fatal(t, run(t, c, func() {
						table := mounts(t, "thread-self")
						for _, path := range []string{"/tmp/x", "/tmp/x/sub"} {
							if got := at(t, table, path).optional; strings.Contains(got, "shared:") {
								t.Errorf("%s has %s", path, got)
							}
						}
						checkOptional(t, table, "/b", "shared:")
					}))
				})
			})
		}
	}
}

// Before Linux 5.2 a volume without a root file system is bound when the mounts of this
// namespace have no peers any more.
func TestSharedVolumesWithoutARootNeedNewCalls(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		sharedVolume(t)
		c.Mounts = volumes(t, "/tmp/a:/tmp/x:rslave")
		err := run(t, c, func() {})
		if newCalls() {
			fatal(t, err)
		} else if err == nil || !strings.HasPrefix(err.Error(), "mount --volume /tmp/a:/tmp/x:rslave: ") {
			t.Errorf("got %v", err)
		}
	})
}
