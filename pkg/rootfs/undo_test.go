//go:build linux

package rootfs

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

var errStop = errors.New("stop")

// stopAt does the first n steps at most, then calls do, and fails. more is false when that were all.
func stopAt(t *testing.T, c Config, n int, do func() error) (more bool) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
				return err
			}
			steps, err := c.Steps()
			if err != nil {
				return err
			}
			more = n < len(steps)
			steps = steps[:min(n, len(steps))]
			return plan.Run(append(slices.Clip(steps), plan.Step{Do: func() error { return cmp.Or(do(), errStop) }}))
		}()
	}()
	if err := <-done; err != errStop {
		t.Errorf("after %d steps: got %v", n, err)
	}
	return more
}

// Whichever step it is that fails, and when the command cannot be executed too: what was created
// in the root directory, and for a source, is gone again.
func TestNothingStaysOfARunThatFails(t *testing.T) {
	for _, row := range []struct {
		name    string
		prepare func(t *testing.T, c *Config)
	}{
		{"the default set", func(*testing.T, *Config) {}},
		{"volumes", func(t *testing.T, c *Config) {
			c.Mounts = volumes(t, "/tmp/a:/x/y/z", "/tmp/a/f:/x/f", "/tmp/a:/x/y", "/tmp/a:/empty/new/er")
		}},
		{"volumes whose sources are created", func(t *testing.T, c *Config) {
			c.Mounts = volumes(t, "/tmp/new/s:/x:create", "/tmp/new/s2:/y:create", "/tmp/r/src:/z:create")
		}},
		{"volumes in volumes", func(t *testing.T, c *Config) { c.Mounts = volumes(t, "/tmp/a:/x", "/tmp/b:/x/b", "/tmp/a:/x/b/c") }},
		{"a tmpfs and more in it", func(t *testing.T, c *Config) {
			c.Mounts = []Mount{tmpfs(t, "/x/t"), otherFS(t, "tmpfs::/x/t/u"), volume(t, "/tmp/a:/x/t/u/v")}
		}},
		{"masks and read-only paths", func(t *testing.T, c *Config) {
			c.Mounts = volumes(t, "/tmp/a:/x/y")
			c.Masks, c.ReadOnlys = []string{"/x/y", "default"}, []string{"/x", "default"}
		}},
		{"a read-only root", func(t *testing.T, c *Config) { c.ReadOnly, c.Mounts = true, volumes(t, "/tmp/a:/x/y", "/tmp/a/f:/f/g") }},
		{"a read-only root with a mount point in a mount of it", func(t *testing.T, c *Config) {
			mountTmpfs(t, "/tmp/r/empty", 0)
			c.ReadOnly, c.Mounts = true, volumes(t, "/tmp/a:/empty/x/y")
		}},
		{"without pivot_root", func(t *testing.T, c *Config) { c.NoPivot, c.Mounts = true, volumes(t, "/tmp/a:/x/y") }},
		{"read-only, without pivot_root", func(t *testing.T, c *Config) {
			c.NoPivot, c.ReadOnly, c.Mounts = true, true, volumes(t, "/tmp/a:/x/y")
		}},
		{"a shared root", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/tmp", mount.Shared))
			c.Propagation, c.Mounts = mount.Shared, volumes(t, "/tmp/a:/x/y:rslave")
		}},
		{"a slave for a volume", func(t *testing.T, c *Config) { c.Mounts = volumes(t, "/tmp/a:/x/y:rslave") }},
		{"a throw-away layer", func(t *testing.T, c *Config) { c.Overlay, c.Mounts = true, volumes(t, "/tmp/a:/x/y") }},
		{"a kept layer", func(t *testing.T, c *Config) {
			c.Overlay, c.OverlayDir, c.Mounts = true, "/tmp/layers", volumes(t, "/tmp/a:/x/y")
		}},
		{"a kept layer that was used before", func(t *testing.T, c *Config) {
			c.Overlay, c.OverlayDir, c.Mounts = true, "/tmp/layers", volumes(t, "/tmp/a:/x/y")
			fatal(t, run(t, *c, func() { check(t, os.WriteFile("/kept", nil, 0o644)) }))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				top := tree(t, "dir r/empty", "dir r/f", "dir a", "file a/f", "dir b", "dir layers")
				c.Root = "/tmp/r"
				row.prepare(t, &c)
				before, table := listing(t, top), fmt.Sprint(mounts(t, "self"))
				for n := 0; ; n++ {
					more := stopAt(t, c, n, func() error { return nil })
					if after := listing(t, top); after != before {
						t.Fatalf("after %d steps there are\n%s\ninstead of\n%s", n, after, before)
					}
					if after := fmt.Sprint(mounts(t, "self")); after != table {
						t.Fatalf("after %d steps the mounts outside are\n%s\ninstead of\n%s", n, after, table)
					}
					if !more {
						break
					}
				}
				// The steps themselves do go through.
				fatal(t, run(t, c, func() {}))
			})
		})
	}
}

// What somebody has put into a directory meanwhile is not removed with it.
func TestWhatIsUsedMeanwhileStays(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc", "dir a")
		c = bare(c, volumes(t, "/tmp/a:/x/y", "/tmp/a:/z", "/tmp/a:/w")...)
		entered, used := make(chan bool), make(chan error)
		go func() {
			<-entered
			used <- os.WriteFile("/tmp/r/x/used", nil, 0o644)
		}()
		stopAt(t, c, math.MaxInt, func() error {
			entered <- true
			return <-used
		})
		checkThere(t, "/tmp/r/x/used !/tmp/r/x/y !/tmp/r/z !/tmp/r/w /tmp/a")
	})
}
