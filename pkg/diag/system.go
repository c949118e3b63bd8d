//go:build linux

package diag

import (
	"os"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// system is where the finders of hints look. Tests give it a directory that
// holds the files of a machine they do not run on.
type system struct {
	root  string                          // what comes before /proc
	try   func(nsfs.Kind) unix.Errno      // creates namespaces in a throw-away process
	exist func(pid int) unix.Errno        // kill(pid, 0)
	owner func(file string) (bool, error) // whether a namespace is owned from this user namespace
	uid   func(file string) string        // whom a file belongs to
}

// here is the running system.
var here = system{try: try, exist: exist, owner: ownedFromHere, uid: ownerOf}

// proc is a path below /proc.
func (s system) proc(name string) string { return s.root + "/proc/" + name }

// self is the directory of the calling thread: credentials, filters and
// namespaces belong to threads, and /proc/self shows those of the first one.
// It is missing before Linux 3.17.
func (s system) self(name string) string {
	if dir := s.proc("thread-self/"); exists(dir) {
		return dir + name
	}
	return s.proc("self/") + name
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// text is what the file at path says, trimmed; "" when it cannot be read.
func text(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}

// number is the number in the file at path, as sysctls have it.
func number(path string) (value int64, known bool) {
	value, err := strconv.ParseInt(text(path), 10, 64)
	return value, err == nil
}

// field is the value of a line "name:\tvalue" of a file such as
// /proc/PID/status; "" when there is none.
func field(path, name string) string {
	for line := range strings.Lines(text(path)) {
		if key, value, found := strings.Cut(line, ":"); found && key == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// mountTable is a mountinfo file; nil when it cannot be read.
func mountTable(path string) []*mountinfo.Info {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	mounts, err := mountinfo.GetMountsFromReader(file, nil)
	if err != nil {
		return nil
	}
	return mounts
}

// readable reports whether there is a /proc to look at.
func (s system) readable() bool { return exists(s.self("status")) }

// mountProc is the remedy where a step itself needs /proc.
const mountProc = "/proc is not mounted: `mount -t proc proc /proc` first"

const noProc = "the cause cannot be looked up, as /proc is not mounted here"
