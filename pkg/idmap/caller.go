//go:build linux

package idmap

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/creds"
)

// caller is who creates the user namespace, and the system that they are on.
// Tests give it a directory that holds the files of another.
type caller struct {
	root     int // for creds.Read
	uid, gid uint32
	caps     uint64   // effective
	path     []string // directories with programs
	patience time.Duration
	lines    int // that a map can have here
	texts    map[string][]byte
}

// here is the caller of this process. The ids are the effective ones, since the
// kernel makes them the owner of the namespace.
func here() *caller {
	return &caller{
		root: unix.AT_FDCWD,
		uid:  uint32(os.Geteuid()), gid: uint32(os.Getegid()),
		caps: effective(), path: programDirs, patience: programTime, lines: kernelLines(),
	}
}

// read is creds.Read, once for each file: both sides, and messages, ask for the
// same ones.
func (c *caller) read(path string) ([]byte, error) {
	if text, ok := c.texts[path]; ok {
		return text, nil
	}
	text, err := creds.Read(c.root, path)
	if err != nil {
		return nil, err
	}
	if c.texts == nil {
		c.texts = map[string][]byte{}
	}
	c.texts[path] = text
	return text, nil
}

func effective() uint64 {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return 0
	}
	return uint64(data[1].Effective)<<32 | uint64(data[0].Effective)
}

func (c *caller) holds(capability int) bool { return c.caps&(1<<capability) != 0 }

// side is what differs between users and groups.
type side struct {
	what    string // "user"
	id      string // "uid"
	subids  string // for creds.Read
	program string // that writes the map for those who may not
	own     uint32 // the caller's id
	free    bool   // the caller may map any id of its own user namespace
}

func (c *caller) users() side {
	return side{"user", "uid", "etc/subuid", "newuidmap", c.uid, c.holds(unix.CAP_SETUID)}
}

func (c *caller) groups() side {
	return side{"group", "gid", "etc/subgid", "newgidmap", c.gid, c.holds(unix.CAP_SETGID)}
}

// file is the file of the map below /proc/PID.
func (s side) file() string { return s.id + "_map" }

// isOwn tells whether m maps the caller's own id and no other.
func (s side) isOwn(m Map) bool {
	return len(m) == 1 && m[0].Count == 1 && m[0].Outside == s.own
}

// name is the caller's user name, "" when there is none in the passwd file. An
// id has one name only here: /etc/subuid and newuidmap(1) go by the name of the
// first entry, as getpwuid(3) does.
func (c *caller) name() string {
	text, err := c.read("etc/passwd")
	if err != nil {
		return ""
	}
	u, _ := creds.FindUser(text, creds.Ref{ID: c.uid})
	return u.Name
}
