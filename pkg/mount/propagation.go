//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Propagation is how mounts and unmounts travel between a mount and its copies
// in other mount namespaces: mount_namespaces(7), "SHARED SUBTREES".
type Propagation uint8

// The kinds of propagation. The zero value is what unshare(1) does as well.
const (
	Private    Propagation = iota // nothing travels
	Slave                         // what the other side does is seen here, not the reverse
	Shared                        // both ways
	Unbindable                    // private, and cannot be bind-mounted
	Unchanged                     // as the caller's mount namespace has it
)

var propagations = [...]struct {
	name  string
	flag  Flags
	shell string
}{
	Private:    {"private", unix.MS_PRIVATE, "rprivate"},
	Slave:      {"slave", unix.MS_SLAVE, "rslave"},
	Shared:     {"shared", unix.MS_SHARED, "rshared"},
	Unbindable: {"unbindable", unix.MS_UNBINDABLE, "runbindable"},
	Unchanged:  {"unchanged", 0, ""},
}

// ParsePropagation is the Propagation of that name: private, slave, shared,
// unbindable or unchanged. The error is one of usage.
func ParsePropagation(name string) (Propagation, error) {
	for p := range propagations {
		if propagations[p].name == name {
			return Propagation(p), nil
		}
	}
	return 0, diag.Usage("propagation %s is none of private, slave, shared, unbindable, unchanged", diag.Quote(name))
}

// String is the name that [ParsePropagation] takes.
func (p Propagation) String() string {
	if int(p) < len(propagations) {
		return propagations[p].name
	}
	return "Propagation(" + hexOrZero(uint64(p)) + ")"
}

// Call is the text of what [SetPropagation] does.
func (p Propagation) Call(path string) string {
	return Call("none", path, "", unix.MS_REC|propagations[p].flag, "")
}

// Shell is a mount(8) command that does what [SetPropagation] does.
func (p Propagation) Shell(path string) string {
	return "mount --make-" + propagations[p].shell + " " + path
}

// SetPropagation gives the mount at path, and all mounts below it, the
// propagation p; Unchanged does nothing. EINVAL means that path is not a mount
// point. Linux 2.6.15, Unbindable too.
func SetPropagation(path string, p Propagation) error {
	if p == Unchanged {
		return nil
	}
	return Mount("none", path, "", unix.MS_REC|propagations[p].flag, "")
}

// MakePrivate makes the one mount at path private, and leaves those below it
// as they are. EINVAL means that path is not a mount point.
func MakePrivate(path string) error {
	return Mount("none", path, "", unix.MS_PRIVATE, "")
}
