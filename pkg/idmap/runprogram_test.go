//go:build linux

package idmap

import (
	"encoding/binary"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// fails wants a message with these words, in one line and one of a hint.
func fails(t *testing.T, cmd *exec.Cmd, want ...string) {
	t.Helper()
	r := nstest.Exec(t, cmd)
	if r.Code != 1 || strings.Count(r.Stderr, "\n") != 2 {
		t.Errorf("%q ended with %d: %s%s", cmd.Args, r.Code, r.Stdout, r.Stderr)
	}
	says(t, r.Stderr, want...)
}

func TestProgramsThatCannotMap(t *testing.T) {
	const auto = "--map-users auto"
	for _, row := range []struct {
		why, options string
		change       files
		prepare      func(path string) error // of newuidmap
		under        []string
		want         []string
	}{
		{why: "missing", options: auto, prepare: func(path string) error { return os.Chmod(path, 0o644) },
			want: []string{"map the user ids: 0:100000:65536: there is no newuidmap in /run/wrappers/bin", "hint: ", "install the package uidmap"}},
		{why: "not set-uid", options: auto, prepare: func(path string) error { return os.Chmod(path, 0o755) },
			want: []string{"newuidmap ", " 0 100000 65536: exit status 1: newuidmap: ", "is neither set-uid nor has file capabilities", "chmod u+s /", "setcap cap_setuid=ep"}},
		{why: "set-uid, but not root's", options: auto, prepare: func(path string) error {
			if err := os.Chown(path, 77, 77); err != nil {
				return err
			}
			return unix.Chmod(path, 0o4755)
		}, want: []string{"is set-uid, but does not belong to root", "owner 77"}},
		{why: "on a nosuid mount", options: auto, prepare: func(path string) error {
			if err := unix.Chmod(path, 0o4755); err != nil {
				return err
			}
			return unix.Mount("", "/tmp", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_NOSUID, "")
		}, want: []string{"on a file system that is mounted nosuid"}},
		{why: "no_new_privs", options: auto, under: []string{"setpriv", "--no-new-privs"},
			want: []string{"no_new_privs is set on this process"}},
		{why: "no entry", options: "blindly --map-users 0:100000:5", change: files{"subuid": "bob:100000:65536\n"},
			want: []string{"newuidmap: uid range", "hint: as root, add a line to that file: nsk:165536:65536"}},
		{why: "another's range", options: "blindly --map-users 0:300000:5",
			want: []string{"newuidmap: uid range", "the map asks for the outer ids 300000-300004; user nsk (uid 54321) may map 54321, 100000-165535"}},
		{why: "no name", options: "blindly --map-users 0:100000:5", change: files{"passwd": "root:x:0:0::/:/bin/sh\n", "subuid": "54321:100000:65536\n"},
			want: []string{"newuidmap", "uid 54321 has none: it needs an entry in /etc/passwd"}},
	} {
		t.Run(row.why, func(t *testing.T) {
			if row.under != nil {
				nstest.RequireCommand(t, row.under[0])
			}
			inEtc(t, row.change, func(t *testing.T) {
				if row.prepare != nil {
					program(t, "newuidmap", row.prepare)
				}
				cmd := ours(row.options)
				if row.under != nil {
					cmd = under(t, row.options, row.under...)
				}
				fails(t, by(cmd, false), row.want...)
			})
		})
	}
}

// A plugin that is not there: the real getsubids falls back to the files, and so do
// the programs that map.
func TestGetsubidsOfThisMachine(t *testing.T) {
	nstest.RequireCommand(t, "getsubids")
	inEtc(t, files{"nsswitch.conf": "subid: nosuchplugin\n"}, func(t *testing.T) {
		prints(t, by(ours("-r --map-auto"), false), "0 54321 1 1 100000 65536 0 54321 1 1 200000 65536 allow 0 0")
		prints(t, ours("--map-auto"), "0 300000 65536 0 400000 65536 allow 65534 65534")
	})
	inEtc(t, files{"nsswitch.conf": "subid: nosuchplugin\n", "subuid": "", "subgid": ""}, func(t *testing.T) {
		fails(t, by(ours("--map-auto"), false), "user nsk (54321) has no subordinate user ids", "they come from nosuchplugin")
	})
}

// What distributions do that have no set-uid programs.
func TestProgramWithFileCapabilities(t *testing.T) {
	inEtc(t, nil, func(t *testing.T) {
		program(t, "newuidmap", func(path string) error {
			data := make([]byte, 20) // struct vfs_cap_data of linux/capability.h
			binary.LittleEndian.PutUint32(data, 0x02000001)
			binary.LittleEndian.PutUint32(data[4:], 1<<unix.CAP_SETUID)
			return unix.Setxattr(path, "security.capability", data, 0)
		})
		prints(t, by(ours("--map-users auto"), false), "0 100000 65536 allow 65534 65534")
	})
}
