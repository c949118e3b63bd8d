//go:build linux

package rootfs

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// What cannot be mounted says so with what is to be done about it, and creates nothing.
func TestVolumesThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		name, volume string
		specs        []string
		prepare      func(t *testing.T)
		errno        unix.Errno
		text, hint   string
	}{
		{name: "a missing source", volume: "/tmp/no:/x", errno: unix.ENOENT,
			text: `open the source of --volume /tmp/no:/x: open("/tmp/no", O_PATH|O_CLOEXEC): `,
			hint: "nothing is there; add the option create to make it a directory: /tmp/no:/x:create"},
		{name: "a missing source in a file", volume: "/tmp/f/no:/x:create", specs: []string{"file f"}, errno: unix.ENOTDIR,
			text: "open the source of --volume /tmp/f/no:/x:create: "},
		{name: "a source that is a link to nothing", volume: "/tmp/l:/x:create", specs: []string{"symlink l /tmp/no"}, errno: unix.ENOENT,
			text: "open the source of --volume /tmp/l:/x:create: ", hint: "/tmp/l is a link to nothing"},
		{name: "a link to nothing on the way to the source", volume: "/tmp/l/a:/x:create", specs: []string{"symlink l /tmp/no"}, errno: unix.ENOENT,
			text: "open the source of --volume /tmp/l/a:/x:create: ", hint: "/tmp/l is a link to nothing"},
		{name: "a directory on a file", volume: "/tmp/a:/x", specs: []string{"dir a", "file r/x"}, errno: unix.ENOTDIR,
			text: "mount --volume /tmp/a:/x: ", hint: "/x is a file, and what is to be mounted there is a directory"},
		{name: "a file on a directory", volume: "/tmp/f:/x", specs: []string{"file f", "dir r/x"}, errno: unix.EISDIR,
			text: "mount --volume /tmp/f:/x: ", hint: "/x is a directory, and what is to be mounted there is a file"},
		{name: "a file in the middle", volume: "/tmp/a:/x/y", specs: []string{"dir a", "file r/x"}, errno: unix.ENOTDIR,
			text: "open the mount point /x/y in the new root: ", hint: "a part of /x/y is a file, and has to be a directory"},
		{name: "a FIFO for a directory", volume: "/tmp/a:/x", specs: []string{"dir a", "fifo r/x"}, errno: unix.ENOTDIR,
			text: "mount --volume /tmp/a:/x: ", hint: "/x is a file, and what is to be mounted there is a directory"},
		{name: "a loop", volume: "/tmp/a:/x", specs: []string{"dir a", "symlink r/x x"}, errno: unix.ELOOP,
			text: "open the mount point /x in the new root: ", hint: "a link of the root file system on the way leads in a circle or through /proc"},
		{name: "a dangling link", volume: "/tmp/a:/x", specs: []string{"dir a", "symlink r/x no"}, errno: unix.ENOENT,
			text: "open the mount point /x in the new root: ", hint: "the link /x in the root directory leads to /no, which does not exist there: create that, or put something else in the place of the link"},
		{name: "a read-only root without the directory", volume: "/tmp/a:/x", specs: []string{"dir a"},
			prepare: func(t *testing.T) { readOnly(t, "/tmp/r") }, errno: unix.EROFS,
			text: "open the mount point /x in the new root: ", hint: "the root file system is read-only: create the directory /x in it, or add --overlay"},
		{name: "a read-only root without the file", volume: "/tmp/f:/x", specs: []string{"file f"},
			prepare: func(t *testing.T) { readOnly(t, "/tmp/r") }, errno: unix.EROFS,
			text: "open the mount point /x in the new root: ", hint: "the root file system is read-only: create the file /x in it, or add --overlay"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				top := tree(t, append([]string{"dir r/proc"}, row.specs...)...)
				if row.prepare != nil {
					row.prepare(t)
				}
				files, before := listing(t, top), mounts(t, "self")
				err := run(t, bare(c, volume(t, row.volume)), func() { t.Error("the steps went through") })
				checkError(t, err, row.errno, row.text, row.hint)
				if got := listing(t, top); got != files {
					t.Errorf("there are\n%s\ninstead of\n%s", got, files)
				}
				outsideUnchanged(t, before)
			})
		})
	}
}

// readOnly makes the directory a read-only mount.
func readOnly(t *testing.T, path string) {
	t.Helper()
	fatal(t, mount.Bind(path, path))
	fatal(t, mount.Mount("none", path, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
}

func TestVolumesWithoutARootCreateNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir a", "file f", "dir d")
		for _, row := range []struct {
			name, spec string
			errno      unix.Errno
			text, hint string
		}{
			{"a missing directory", "/tmp/a:/tmp/no", unix.ENOENT, "open the mount point /tmp/no: ",
				"without a root file system nothing is created on the host: make the directory first, or use --overlay /"},
			{"a missing file", "/tmp/f:/tmp/no/x", unix.ENOENT, "open the mount point /tmp/no/x: ",
				"without a root file system nothing is created on the host: make the file first, or use --overlay /"},
			{"a file on a directory", "/tmp/f:/tmp/d", unix.EISDIR, "mount --volume /tmp/f:/tmp/d: ",
				"/tmp/d is a directory, and what is to be mounted there is a file"},
		} {
			c.Mounts = volumes(t, row.spec)
			checkError(t, run(t, c, func() { t.Errorf("%s: went through", row.name) }), row.errno, row.text, row.hint)
		}
		checkThere(t, "!/tmp/no")
	})
}

func TestASourceThatTheCallerMayNotReach(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		tree(t, "dir r/proc")
		if unix.Access("/root", unix.X_OK) == nil {
			nstest.Skip(t, "/root is open to everybody here")
		}
		err := run(t, bare(Config{NewPID: true, NewUser: true}, volume(t, "/root/no:/x")), func() {})
		checkError(t, err, unix.EACCES, "open the source of --volume /root/no:/x: ", "the caller may not look there")
	})
}
