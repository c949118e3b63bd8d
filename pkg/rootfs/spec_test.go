//go:build linux

package rootfs

import (
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// bound is what a volume without options is.
func bound(option, source, destination string) Mount {
	return Mount{Option: option, Type: TypeBind, Source: source, Destination: destination,
		Recursive: true, Propagation: mount.Unchanged}
}

func TestParseVolumeNames(t *testing.T) {
	for _, row := range []struct{ name, spec, option, source, destination string }{
		{"a plain pair", "/a:/b", "--volume /a:/b", "/a", "/b"},
		{"a relative source", "../a:/b", "--volume ../a:/b", "../a", "/b"},
		{"the working directory", ".:/b", "--volume .:/b", ".", "/b"},
		{"the root as the source", "/:/b", "--volume /:/b", "/", "/b"},
		{"a slash at the end of the target", "/a:/b/", "--volume /a:/b/", "/a", "/b"},
		{"a target with dots and doubled slashes", "/a:/b/./c/..//d", "--volume /a:/b/./c/..//d", "/a", "/b/d"},
		{"a target that goes above the root", "/a:/../../b", "--volume /a:/../../b", "/a", "/b"},
		{"a source that is not cleaned, as a link may be in it", "l/../a:/b", "--volume l/../a:/b", "l/../a", "/b"},
		{"an escaped colon in the source", `/a\:b:/c`, `--volume "/a\\:b:/c"`, "/a:b", "/c"},
		{"an escaped colon in the target", `/a:/b\:c`, `--volume "/a:/b\\:c"`, "/a", "/b:c"},
		{"an escaped backslash before the colon that separates", `/a\\:/b`, `--volume "/a\\\\:/b"`, `/a\`, "/b"},
		{"a backslash before another letter stays", `/a\n:/b`, `--volume "/a\\n:/b"`, `/a\n`, "/b"},
		{"a backslash at the end", `/a:/b\`, `--volume "/a:/b\\"`, "/a", `/b\`},
		{"a comma, which only separates options", "/a,b:/c,d", "--volume /a,b:/c,d", "/a,b", "/c,d"},
		{"a space", "/a b:/c d", `--volume "/a b:/c d"`, "/a b", "/c d"},
		{"a newline", "/a\nb:/c\nd", `--volume "/a\nb:/c\nd"`, "/a\nb", "/c\nd"},
		{"bytes that are no UTF-8", "/\xff:/\xfe", `--volume "/\xff:/\xfe"`, "/\xff", "/\xfe"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseVolume(row.spec)
			fatal(t, err)
			if diff := cmp.Diff(bound(row.option, row.source, row.destination), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseVolumeOptions(t *testing.T) {
	const ro, nosuid, nodev, noexec = unix.MOUNT_ATTR_RDONLY, unix.MOUNT_ATTR_NOSUID, unix.MOUNT_ATTR_NODEV, unix.MOUNT_ATTR_NOEXEC
	propagates := func(p mount.Propagation, topOnly bool) func(*Mount) {
		return func(m *Mount) { m.Propagation, m.TopOnly = p, topOnly }
	}
	for _, row := range []struct {
		name, options string
		want          func(*Mount)
	}{
		{"rw is what a volume is without it", "rw", func(*Mount) {}},
		{"ro", "ro", func(m *Mount) { m.Attrs = ro }},
		{"ro twice", "ro,ro", func(m *Mount) { m.Attrs = ro }},
		{"all restrictions", "ro,nosuid,nodev,noexec", func(m *Mount) { m.Attrs = ro | nosuid | nodev | noexec }},
		{"norec", "norec", func(m *Mount) { m.Recursive = false }},
		{"create", "create", func(m *Mount) { m.Create = true }},
		{"idmap", "idmap", func(m *Mount) { m.IDMap = true }},
		{"private is of the topmost mount", "private", propagates(mount.Private, true)},
		{"slave is of the topmost mount", "slave", propagates(mount.Slave, true)},
		{"shared is of the topmost mount", "shared", propagates(mount.Shared, true)},
		{"unbindable is of the topmost mount", "unbindable", propagates(mount.Unbindable, true)},
		{"rprivate is of the tree", "rprivate", propagates(mount.Private, false)},
		{"rslave is of the tree", "rslave", propagates(mount.Slave, false)},
		{"rshared is of the tree", "rshared", propagates(mount.Shared, false)},
		{"runbindable is of the tree", "runbindable", propagates(mount.Unbindable, false)},
		{"a propagation twice", "slave,slave", propagates(mount.Slave, true)},
		{"many in any order", "create,rslave,noexec,ro,norec", func(m *Mount) {
			m.Create, m.Recursive, m.Attrs, m.Propagation = true, false, ro|noexec, mount.Slave
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseVolume("/a:/b:" + row.options)
			fatal(t, err)
			want := bound("--volume /a:/b:"+row.options, "/a", "/b")
			row.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseTmpfs(t *testing.T) {
	const usual = unix.MS_NOSUID | unix.MS_NODEV
	for _, row := range []struct {
		name, spec string
		want       Mount
	}{
		{"a target alone", "/t", Mount{Option: "--tmpfs /t", Destination: "/t", Flags: usual, Data: "mode=1777"}},
		{"no option after the colon", "/t:", Mount{Option: "--tmpfs /t:", Destination: "/t", Flags: usual, Data: "mode=1777"}},
		{"a size", "/t/:size=10m", Mount{Option: "--tmpfs /t/:size=10m", Destination: "/t", Flags: usual, Data: "size=10m,mode=1777"}},
		{"a flag and a mode", "/t:ro,mode=700", Mount{Option: "--tmpfs /t:ro,mode=700", Destination: "/t", Flags: usual | unix.MS_RDONLY, Data: "mode=700"}},
		{"a colon in the target", `/t\:u:size=1`, Mount{Option: `--tmpfs "/t\\:u:size=1"`, Destination: "/t:u", Flags: usual, Data: "size=1,mode=1777"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.want.Type = "tmpfs"
			got, err := ParseTmpfs(row.spec)
			fatal(t, err)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseFS(t *testing.T) {
	for _, row := range []struct {
		name, spec string
		want       Mount
	}{
		{"no source and no options", "proc::/p", Mount{Option: "--fs proc::/p", Type: "proc", Destination: "/p"}},
		{"a source", "xfs:./disk.img:/data", Mount{Option: "--fs xfs:./disk.img:/data", Type: "xfs", Source: "./disk.img", Destination: "/data"}},
		{"flags and data", "tmpfs::/t:ro,size=1m,noexec", Mount{Option: "--fs tmpfs::/t:ro,size=1m,noexec", Type: "tmpfs",
			Destination: "/t", Flags: unix.MS_RDONLY | unix.MS_NOEXEC, Data: "size=1m"}},
		{"colons in the options", "overlay::/o:lowerdir=/a:/b:/c,ro", Mount{Option: "--fs overlay::/o:lowerdir=/a:/b:/c,ro", Type: "overlay",
			Destination: "/o", Flags: unix.MS_RDONLY, Data: "lowerdir=/a:/b:/c"}},
		{"backslashes in the options are for the file system", `overlay::/o:lowerdir=/a\:b:/c\,d`, Mount{
			Option: `--fs "overlay::/o:lowerdir=/a\\:b:/c\\,d"`, Type: "overlay", Destination: "/o", Data: `lowerdir=/a\:b:/c\,d`}},
		{"escaped colons in source and target", `ext4:a\:b:/c\:d:noload`, Mount{
			Option: `--fs "ext4:a\\:b:/c\\:d:noload"`, Type: "ext4", Source: "a:b", Destination: "/c:d", Data: "noload"}},
		{"the type that the image tells", "auto:i:/d", Mount{Option: "--fs auto:i:/d", Type: TypeAuto, Source: "i", Destination: "/d"}},
		{"a network address as the source", `nfs:host\:/export:/n:vers=4`, Mount{
			Option: `--fs "nfs:host\\:/export:/n:vers=4"`, Type: "nfs", Source: "host:/export", Destination: "/n", Data: "vers=4"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseFS(row.spec)
			fatal(t, err)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
