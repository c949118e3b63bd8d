//go:build linux

package nsrun_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// With raised privileges the tool refuses to run: it would hand them to everybody.
func TestRefusesToRunSetuid(t *testing.T) {
	c := asRoot(t)
	dir := nstest.TempDir(t)
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	if fs.Flags&unix.ST_NOSUID != 0 {
		nstest.Skip(t, "%s is mounted nosuid", dir)
	}
	c.user, c.root = true, false
	for _, row := range []struct {
		name  string
		raise func(path string) error
	}{
		{"setuid", func(path string) error { return os.Chmod(path, 0o755|os.ModeSetuid) }},
		{"setgid", func(path string) error { return os.Chmod(path, 0o755|os.ModeSetgid) }},
		{"file capabilities", setSysAdmin},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(dir, row.name)
			copyFile(t, nstest.Tool(t, "nsrun"), path)
			if err := row.raise(path); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"--uts", "true"}, {"true"}, {"--help"}, {"--uts", "--pid", "--mnt", "/", "true"}, {"--nonsense"}, {},
			} {
				r := nstest.Exec(t, c.command(path, args...))
				mustFail(t, r, 125, "hint: ", "setuid")
				if r.Stdout != "" {
					t.Errorf("nsrun %q printed %q", args, r.Stdout)
				}
			}
		})
	}
}

// setSysAdmin gives a file CAP_SYS_ADMIN: struct vfs_cap_data of revision 2, capability.h.
func setSysAdmin(path string) error {
	const revision2, effective = 0x02000000, 1
	data := binary.LittleEndian.AppendUint32(nil, revision2|effective)
	for _, word := range []uint32{1 << unix.CAP_SYS_ADMIN, 0, 0, 0} {
		data = binary.LittleEndian.AppendUint32(data, word)
	}
	return unix.Setxattr(path, "security.capability", data, 0)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(data), 0o755)
}
