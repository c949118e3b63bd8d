//go:build linux

package diag

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

func TestHintBind(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ns")
	for _, row := range []struct {
		name   string
		change files
		file   string
		kind   nsfs.Kind
		errno  unix.Errno
		want   []string
	}{
		{"no privileges", nil, file, nsfs.UTS, unix.EPERM, []string{"a bind mount needs CAP_SYS_ADMIN", "as root"}},
		{"a profile", root.with(files{"proc/thread-self/attr/apparmor/current": "docker-default (enforce)\n"}), file, nsfs.UTS, unix.EACCES, []string{"AppArmor profile docker-default"}},
		{"privileges", root, file, nsfs.UTS, unix.EPERM, nil},
		{"on a directory", root, dir, nsfs.UTS, unix.ENOTDIR, []string{dir + " is a directory", "kept on a file"}},
		{"on what has gone", root, file, nsfs.UTS, unix.ENOTDIR, nil},
		{"another kind", root, dir, nsfs.UTS, unix.EINVAL, nil},
		{"a mount namespace on what has gone", root, file, nsfs.Mnt, unix.EINVAL, nil},
		{"another errno", root, file, nsfs.Mnt, unix.ENOENT, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			is(t, machine(t, plain.with(row.change)).bind(row.file, row.kind, row.errno), row.want)
		})
	}
}
