//go:build linux

package diag

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// userRefused is why the kernel refused a user namespace with EPERM or EACCES.
// What is certain to refuse comes first; a seccomp filter, which need not be
// the culprit, comes after all that can be ruled out.
func (s system) userRefused() string {
	if !s.readable() {
		return noProc
	}
	for _, cause := range [...]func() string{
		s.unprivilegedClone, s.chrooted, s.unmapped, s.appArmor, s.seccomp, s.zeroUserLimit, s.confined,
	} {
		if hint := cause(); hint != "" {
			return hint
		}
	}
	return "no sysctl, chroot or seccomp filter accounts for it: look for a denial by a security module in `dmesg` and in the audit log"
}

// HintNoProc is the remedy where errno comes from /proc not being mounted, else "".
func HintNoProc(errno unix.Errno) string {
	if errno == unix.ENOENT && !here.readable() {
		return mountProc
	}
	return ""
}

// HintInsideUser is why a call inside a user namespace that was created without
// complaint (a write to uid_map, mount(2), sethostname(2)) failed with EPERM or
// EACCES although its first process holds all capabilities there; "" when that
// is not known. It must be called inside.
func HintInsideUser(errno unix.Errno) string { return here.insideUser(errno) }

func (s system) insideUser(errno unix.Errno) string {
	if errno == unix.ENOENT && !s.readable() {
		return mountProc
	}
	if errno != unix.EPERM && errno != unix.EACCES {
		return ""
	}
	for _, cause := range [...]func() string{s.appArmor, s.confined, s.seccomp} {
		if hint := cause(); hint != "" {
			return hint
		}
	}
	return ""
}

// unmapped: create_user_ns(9) wants the creator's ids to exist in the namespace
// that they create from (user_namespaces(7)).
func (s system) unmapped() string {
	for _, id := range [...]struct{ line, file, word string }{
		{"Uid", "uid_map", "user"}, {"Gid", "gid_map", "group"},
	} {
		value := effectiveID(s.self("status"), id.line)
		path := s.self(id.file)
		if value == "" || !exists(path) || mapped(text(path), value) {
			continue
		}
		return "the " + id.word + " id " + value + " of this process has no mapping in its user namespace (/proc/self/" +
			id.file + "), and such a process may create none: map the id first"
	}
	return ""
}

// mapped reports whether the id is in a map of lines "first outside count".
func mapped(table, id string) bool {
	want, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return true
	}
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		first, _ := strconv.ParseUint(f[0], 10, 32)
		count, _ := strconv.ParseUint(f[2], 10, 64)
		if want >= first && want < first+count {
			return true
		}
	}
	return false
}

// zeroUserLimit: the kernel itself says ENOSPC when the limit is 0, but filters
// and older kernels of distributions say EPERM before it gets there.
func (s system) zeroUserLimit() string {
	if value, known := s.limit(nsfs.User); known && value == 0 {
		return zeroLimit(nsfs.User)
	}
	return ""
}

// adminMissing is why namespaces other than a user namespace were refused.
func (s system) adminMissing(kinds nsfs.Kind) string {
	if !s.readable() {
		return noProc
	}
	if s.admin() {
		if hint := s.seccomp(); hint != "" {
			return hint
		}
		return s.confined()
	}
	need := "to create the " + kinds.Words() + " needs CAP_SYS_ADMIN, which this process lacks: "
	errno := s.try(nsfs.User)
	if errno == 0 {
		return need + "run it as root, or add --user --map-root-user"
	}
	if why := s.create(nsfs.User, errno); why != "" {
		return need + "run it as root; a user namespace would do instead, but is refused: " + why
	}
	return need + "run it as root"
}
