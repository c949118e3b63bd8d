//go:build linux

package rootfs

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// A root directory made by an enemy may refuse a mount, or show it somewhere in itself;
// outside nothing is created, mounted or covered.
func TestVolumesInHostileRoots(t *testing.T) {
	const trap = "r/t" // the target is /t, and /t/new
	for _, row := range []struct {
		name, spec string
		onIt, in   string // where in the root directory it ends up, "" for nowhere
	}{
		{"an absolute link to a directory outside", "symlink r/t /tmp/outside", "", ""},
		{"an absolute link to what is inside as well", "symlink r/t /outside", "/outside", "/outside/new"},
		{"a link up and out", "symlink r/t ../../../../tmp/outside", "", ""},
		{"a link to the root", "symlink r/t /", "", "/new"},
		{"a link to the parent", "symlink r/t ..", "", "/new"},
		{"a link through /proc", "symlink r/t /proc/self/root/tmp/outside", "", ""},
		{"a link through /proc to the working directory", "symlink r/t /proc/self/cwd", "", ""},
		{"a link to a descriptor", "symlink r/t /proc/self/fd/0", "", ""},
		{"a link to nothing", "symlink r/t no", "", ""},
		{"a loop", "symlink r/t t", "", ""},
		{"a FIFO", "fifo r/t", "", ""},
		{"a socket", "socket r/t", "", ""},
		{"a file", "file r/t", "", ""},
		{"a device", "device r/t", "", ""},
	} {
		for _, target := range []string{"/t", "/t/new"} {
			for _, source := range []string{"/tmp/a", "/tmp/a/f"} {
				t.Run(row.name+", "+source+" on "+target, func(t *testing.T) {
					everywhere(t, func(t *testing.T, c Config) {
						spec, isDevice := strings.CutPrefix(row.spec, "device ")
						if isDevice {
							row.spec = "file " + spec
						}
						top := tree(t, "dir r/outside", "dir r/proc", "dir outside", "file outside/canary", "dir a", "file a/f", row.spec)
						if isDevice {
							fatal(t, mount.Bind("/dev/null", "/tmp/"+trap))
						}
						files, before := listing(t, top+"/outside"), mounts(t, "self")
						where := map[string]string{"/t": row.onIt, "/t/new": row.in}[target]
						reached := false
						err := run(t, bare(c, volume(t, source+":"+target)), func() {
							reached = true
							if where != "" && source == "/tmp/a" {
								checkThere(t, where+"/f")
							}
						})
						// A file comes on anything that is no directory, but never below one.
						kind := onlyFile(row.spec) && target == "/t" && source == "/tmp/a/f"
						onDirectory := source == "/tmp/a/f" && target == "/t"
						if want := where != "" && !onDirectory || kind; reached != want {
							t.Errorf("mounted: %v, want %v: %v", reached, want, err)
						}
						if got := listing(t, top+"/outside"); got != files {
							t.Errorf("outside there are\n%s\ninstead of\n%s", got, files)
						}
						outsideUnchanged(t, before)
						checkThere(t, "!/tmp/new !/tmp/r/proc/new")
					})
				})
			}
		}
	}
}

func onlyFile(spec string) bool {
	kind, _, _ := strings.Cut(spec, " ")
	return kind == "fifo" || kind == "socket" || kind == "file"
}

// Nothing of the root directory is opened but as a place: a FIFO would wait for a writer,
// a device would act.
func TestNothingInTheRootIsOpened(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r", "fifo r/fifo", "file f")
		c = bare(c, volume(t, "/tmp/f:/fifo"))
		c.Masks, c.ReadOnlys = []string{"/fifo"}, []string{"/fifo"}
		fatal(t, run(t, c, func() {
			var st unix.Stat_t
			check(t, unix.Stat("/fifo", &st))
			if st.Rdev != unix.Mkdev(1, 3) {
				t.Errorf("/fifo has mode %#o", st.Mode)
			}
		}))
		if info, err := os.Lstat("/tmp/r/fifo"); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
			t.Errorf("outside it is %v, %v", info, err)
		}
	})
}

// What is mounted by one option is no way out for the next one.
func TestLinksInVolumesStayInside(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		top := tree(t, "dir r/in", "dir evil", "symlink evil/out /tmp/outside", "symlink evil/in /in", "symlink evil/up ../../../outside",
			"dir outside", "dir a", "file a/f")
		fatal(t, run(t, bare(c, volumes(t, "/tmp/evil:/e", "/tmp/a:/e/in/x")...), func() { checkThere(t, "/in/x/f") }))
		for _, target := range []string{"/e/out/x", "/e/up/x"} {
			if err := run(t, bare(c, volumes(t, "/tmp/evil:/e", "/tmp/a:"+target)...), func() {}); err == nil {
				t.Errorf("%s: not refused", target)
			}
		}
		if got := listing(t, top+"/outside"); strings.Contains(got, "\n") {
			t.Errorf("outside there are\n%s", got)
		}
	})
}
