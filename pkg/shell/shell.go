//go:build linux

// Package shell finds the shell to run where no command was given.
package shell

import (
	"strings"

	"nskit.dev/nskit/pkg/creds"
)

// Candidates returns the shells to try, in order: $SHELL of env, the shell of
// uid's entry in /etc/passwd, and /bin/sh. Which of them can be executed shows when
// it is tried. passwd is read in the file system that root is a descriptor of, or with
// unix.AT_FDCWD that of this process, which is trusted: [creds.Read]. What cannot be
// read has no entry.
func Candidates(env []string, root int, uid uint32) []string {
	list := make([]string, 0, 3)
	for _, shell := range []string{variable(env, "SHELL"), entry(root, uid), "/bin/sh"} {
		if strings.HasPrefix(shell, "/") {
			list = append(list, shell)
		}
	}
	return list
}

// variable is the last value of name in env, as a shell would see it.
func variable(env []string, name string) string {
	value := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// entry is the shell in uid's line: passwd(5).
func entry(root int, uid uint32) string {
	text, err := creds.Read(root, "etc/passwd")
	if err != nil {
		return ""
	}
	user, _ := creds.FindUser(text, creds.Ref{ID: uid})
	return user.Shell
}
