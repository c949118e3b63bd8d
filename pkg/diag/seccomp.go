//go:build linux

package diag

// seccomp: a filter answers before the kernel looks at the call. Docker's and
// podman's default profiles refuse unshare, mount and setns with EPERM when the
// container lacks CAP_SYS_ADMIN.
func (s system) seccomp() string {
	const modeFilter = "2"
	if field(s.self("status"), "Seccomp") != modeFilter {
		return ""
	}
	return "a seccomp filter is on this process (\"Seccomp: 2\" in /proc/self/status) and most likely refused it; " +
		"in a container: start that with --privileged or --security-opt seccomp=unconfined; in a systemd service: see RestrictNamespaces="
}
