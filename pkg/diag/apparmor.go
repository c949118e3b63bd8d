//go:build linux

package diag

import (
	"os"
	"path/filepath"
	"strings"
)

// appArmor: Ubuntu since 23.10 lets anyone create a user namespace, but puts
// whoever has no AppArmor profile into one, "unprivileged_userns", that denies
// all capabilities there: unshare succeeds, then writing uid_map or the first
// mount is refused. Some releases refuse unshare itself.
//
// The remedy is a profile for this program alone. The sysctl would take the
// protection from all programs.
func (s system) appArmor() string {
	const file = "sys/kernel/apparmor_restrict_unprivileged_userns"
	if value, known := number(s.proc(file)); !known || value == 0 || s.admin() && s.initialUser() {
		return ""
	}
	label := s.label()
	restricted := label == "" || strings.HasPrefix(label, "unconfined") || strings.HasPrefix(label, "unprivileged_userns")
	if !restricted {
		return ""
	}
	program, err := os.Readlink(s.self("exe"))
	if err != nil {
		program = "/usr/bin/nsrun"
	}
	name := filepath.Base(program)
	return "AppArmor restricts user namespaces (/proc/" + file + " is 1); allow them to this program alone: `echo 'abi <abi/4.0>, profile " +
		name + " " + Quote(program) + " flags=(unconfined) { userns, }' > /etc/apparmor.d/" + name + " && apparmor_parser -r /etc/apparmor.d/" + name + "`"
}

// confined: another profile than Ubuntu's is on this process, such as that of
// a container, which denies mounts whatever the capabilities are.
func (s system) confined() string {
	label := s.label()
	if label == "" || strings.HasPrefix(label, "unconfined") || !strings.HasSuffix(label, "(enforce)") {
		return ""
	}
	return "the AppArmor profile " + Quote(strings.TrimSuffix(label, " (enforce)")) +
		" confines this process; in a container: start that with --security-opt apparmor=unconfined"
}

// label is the AppArmor profile of the caller, "unconfined" or "name (mode)",
// and "" without AppArmor. The second path is the older one, which another
// security module may own.
func (s system) label() string {
	if label := text(s.self("attr/apparmor/current")); label != "" {
		return label
	}
	if !exists(s.root + "/sys/module/apparmor") {
		return ""
	}
	return text(s.self("attr/current"))
}
