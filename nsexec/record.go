//go:build linux

package nsexec

import "nskit.dev/nskit/pkg/nsfs"

// Role is which process of a run this one is: enum nsexec_role.
type Role int

// The roles.
const (
	Bystander Role = iota // no option table, or no cgo: the constructor did nothing
	First                 // nothing was done: parse, explain, or resolve and start again
	Inside                // in the new namespaces, with work left for Go
	Helper                // outside, to do what must be done from there
	Failed                // Record.Failure says what
	Setuid                // refused: the executable is setuid, setgid or has file capabilities
)

// Map is the id map of a new user namespace: enum nsexec_map.
type Map int

// The maps that a process writes for itself.
const (
	MapNone    Map = iota
	MapRoot        // the caller's effective ids are 0 inside
	MapCurrent     // the caller's effective ids are the same inside
)

// Dir is a directory option: given or not, and with Path "" the target's own.
type Dir struct {
	Set  bool
	Path string
}

// Request is what a command line asks of the constructor, as one parser
// understood it: struct nsexec_request.
type Request struct {
	Create, Join, ByFile nsfs.Kind
	Files                [8]string // by index in nsfs.Kinds
	JoinAll              bool
	Fork, NoFork         bool
	KillSignal           int
	Map                  Map
	Preserve, Privileged bool
	Shells, Go, Outside  bool
	MapByHelper          bool
	DropGroups           bool
	OwnerUID, OwnerGID   uint32 // NoID: the caller
	SetUID, SetGID       uint32 // NoID: unchanged
	Groups, Caps         string // as written
	SeccompFD            int    // -1: not given
	NoNewPrivs           bool
	Target, TargetFD     int // 0 and -1: not given
	Root, Wd, WdNS       Dir
	Operands, Command    int // indices of the first operand and of the command
}

// NoID is what no id is.
const NoID = ^uint32(0)

// WritesMaps reports whether the helper is to write the id maps.
func (r *Record) WritesMaps() bool {
	return r.Request.MapByHelper && (r.AddedUser || r.Request.Create&nsfs.User != 0)
}

// Record is what the constructor did in this process.
type Record struct {
	Role                     Role
	Understood               bool // the command line, in full
	AddedUser                bool // a user namespace, for a caller without CAP_SYS_ADMIN
	Forked                   bool // a supervisor is our parent
	Request                  Request
	Created, Joined, Skipped nsfs.Kind
	Sync                     int    // socket to the helper, or the helper's to the command; -1
	EUID, EGID               uint32 // the caller's
	failure                  failure
}

// MountsOutside reports whether the helper may have to mount something for a command in a new
// user namespace.
func (r *Record) MountsOutside() bool {
	return r.Request.Outside && (r.AddedUser || r.Request.Create&nsfs.User != 0)
}

// Failure returns what failed, as a *diag.Error with a hint where the cause can
// be seen; nil unless Role is Failed or Setuid. argv is the command line.
func (r *Record) Failure(argv []string) error {
	switch r.Role {
	case Setuid:
		return errSetuid()
	case Failed:
		return r.failure.error(r.Request, argv)
	}
	return nil
}
