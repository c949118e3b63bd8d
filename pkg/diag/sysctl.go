//go:build linux

package diag

// sysctlFix is the command that sets a sysctl now, and how it lasts.
func sysctlFix(name, value string) string {
	return "`sysctl -w " + name + "=" + value + "` mends it until the next boot, the line \"" +
		name + "=" + value + "\" in a file in /etc/sysctl.d for good"
}

// unprivilegedClone: Debian's kernels (and Arch's hardened one) have a switch
// for user namespaces of callers without CAP_SYS_ADMIN in the initial one:
// EPERM.
func (s system) unprivilegedClone() string {
	const file = "sys/kernel/unprivileged_userns_clone"
	if value, known := number(s.proc(file)); !known || value != 0 || s.admin() && s.initialUser() {
		return ""
	}
	return "/proc/" + file + " is 0: only root may create user namespaces; " +
		sysctlFix("kernel.unprivileged_userns_clone", "1")
}
