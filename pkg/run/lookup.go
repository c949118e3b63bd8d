//go:build linux

package run

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
)

// defaultPath is what the last step searches when there is no PATH: nsexec/last.c.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// checkCommand says that there is no such command while it can still be undone what was made for it: a
// change of ids or capabilities comes before execve(2), and takes the right to do so away.
func (c *Config) checkCommand() error {
	if len(c.Command) == 0 || c.Identity.UID == nil && !c.Privileges.Changed() {
		return nil
	}
	name := c.Command[0]
	for _, file := range candidates(name) {
		if unix.Faccessat(unix.AT_FDCWD, file, unix.F_OK, 0) != unix.ENOENT {
			return nil // whatever else may be wrong with it
		}
	}
	return &diag.Error{Step: "execute " + diag.Quote(name), Err: unix.ENOENT, Code: 127}
}

// candidates are the files that a name may mean.
func candidates(name string) []string {
	if name == "" || strings.Contains(name, "/") {
		return []string{name}
	}
	path := defaultPath
	for _, variable := range nsexec.Environ() {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			path = value
			break // as the last step: the first counts
		}
	}
	var files []string
	for _, dir := range strings.Split(path, ":") {
		files = append(files, filepath.Join(dir, name)) // an empty one is the working directory
	}
	return files
}
