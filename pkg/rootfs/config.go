//go:build linux

package rootfs

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
)

// Config is what the mount namespace is to look like. The zero value makes all
// mounts private and changes nothing else.
type Config struct {
	Root        string            // root directory, or image file; "" keeps the caller's root file system
	ReadOnly    bool              // the root file system, but not what is mounted in it by other options
	Overlay     bool              // a writable layer over the root file system, which is not changed
	OverlayDir  string            // where the layer is kept; "": on a tmpfs, and gone after the run
	NoPivot     bool              // chroot(2) instead of pivot_root(2), and the old root stays below
	Propagation mount.Propagation // of all mounts, when all is done
	Proc        Proc
	Dev         Dev
	Sys         Sys
	Mounts      []Mount  // in any order: what is further up in the tree is mounted first
	Masks       []string // paths to hide; "default" stands for those of the OCI runtimes
	ReadOnlys   []string // paths to make read-only; "default" likewise

	// Which namespaces this run has created, besides the mount namespace.
	NewPID, NewNet, NewIPC, NewUser bool

	// Mapped is called when the caller's own paths have been opened, and before anything is created: the
	// caller's ids may have no numbers in the new user namespace, and those that have may not enter
	// the caller's directories. It may be nil, and be called twice.
	Mapped func()

	// Trees are the mounts that only a process outside of the new user namespace
	// can make: see [Config.Outside]. They arrive when the first step needs them.
	Trees func() (map[int]*mount.Tree, error)
}

// Proc is what /proc is to be.
type Proc uint8

// ProcAuto is ProcMount with a new PID namespace; without one it is ProcBind
// with a root directory (or ProcMount where the caller has no /proc), and
// nothing without a root directory.
const (
	ProcAuto  Proc = iota
	ProcMount      // a fresh procfs, of this process's PID namespace
	ProcBind       // the caller's, with all that is mounted below it
	ProcNone       // what the root directory has
)

// Dev is what /dev is to be.
type Dev uint8

// DevAuto is a minimal /dev with a root directory, and nothing without one.
const (
	DevAuto Dev = iota
	DevHost     // the caller's, with all that is mounted below it
	DevNone     // what the root directory has
)

// Sys is what /sys is to be.
type Sys uint8

// SysAuto is SysRO with a root directory, and nothing without one. A fresh
// sysfs shows the network namespace of this process and belongs to its owner;
// where that is refused, the caller's /sys is taken, read-only with SysRO.
const (
	SysAuto Sys = iota
	SysRO
	SysRW
	SysNone // what the root directory has
)

var (
	procNames = []string{ProcAuto: "auto", ProcMount: "mount", ProcBind: "bind", ProcNone: "none"}
	devNames  = []string{DevAuto: "auto", DevHost: "host", DevNone: "none"}
	sysNames  = []string{SysAuto: "auto", SysRO: "ro", SysRW: "rw", SysNone: "none"}
)

// ParseProc is the Proc of that name. The error is one of usage, as of the
// other two.
func ParseProc(name string) (Proc, error) { return parse[Proc]("--proc", name, procNames) }

// ParseDev is the Dev of that name.
func ParseDev(name string) (Dev, error) { return parse[Dev]("--dev", name, devNames) }

// ParseSys is the Sys of that name.
func ParseSys(name string) (Sys, error) { return parse[Sys]("--sys", name, sysNames) }

// String is the name that [ParseProc] takes.
func (p Proc) String() string { return procNames[p] }

// String is the name that [ParseDev] takes.
func (d Dev) String() string { return devNames[d] }

// String is the name that [ParseSys] takes.
func (s Sys) String() string { return sysNames[s] }

func parse[T ~uint8](option, name string, known []string) (T, error) {
	for i, k := range known {
		if k == name {
			return T(i), nil
		}
	}
	return 0, diag.Usage("%s=%s is none of %s", option, diag.Quote(name), strings.Join(known, ", "))
}
