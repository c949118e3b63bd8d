//go:build linux

package diag

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// HintCreate is why unshare(2) or clone(2) with the flags kinds failed with
// errno, and what helps; "" when that is not known. It must be called where the
// call was made: by a process in the same namespaces and with the same
// credentials. To tell causes apart it may create such namespaces in a child
// that ends at once.
func HintCreate(kinds nsfs.Kind, errno unix.Errno) string { return here.create(kinds, errno) }

// Missing is the error for those of kinds that the running kernel lacks, and
// nil when it has all of them. unshare(2) and clone(2) say EINVAL of them.
func Missing(kinds nsfs.Kind) *Error {
	for _, kind := range nsfs.Kinds {
		if kinds&kind != 0 && !nsfs.Supported(kind) {
			return Unsupported(kind.Words()+"s", kind.Since())
		}
	}
	return nil
}

func (s system) create(kinds nsfs.Kind, errno unix.Errno) string {
	switch errno {
	case unix.EINVAL:
		return s.lacking(kinds)
	case unix.EPERM, unix.EACCES:
		if kinds&nsfs.User != 0 {
			return s.userRefused()
		}
		return s.adminMissing(kinds)
	case unix.ENOSPC:
		return s.limitReached(kinds)
	case unix.EUSERS:
		// Linux before 4.9, which knows no other limit on namespaces.
		return tooDeep
	}
	return ""
}

// lacking names the first of kinds that has no file below /proc/self/ns.
func (s system) lacking(kinds nsfs.Kind) string {
	dir := s.self("ns/")
	if !exists(dir) {
		return ""
	}
	for _, kind := range nsfs.Kinds {
		if _, err := nsLink(dir + kind.String()); kinds&kind != 0 && err != nil {
			return "this kernel has no " + kind.Words() + "s (there is no /proc/self/ns/" + kind.String() +
				"): they need Linux " + kind.Since() + ", built with them"
		}
	}
	return ""
}
