//go:build linux

package nsexec

// Canonical is the command line that Command writes for a Config.
func Canonical(c Config, sync, keep int, command ...string) []string {
	return c.canonical(sync, keep, command)
}
