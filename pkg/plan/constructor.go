//go:build linux

package plan

import (
	"fmt"
	"strings"
)

// Constructor is a step that the C constructor does, before Go starts: here it
// can only be explained.
func Constructor(call, shell string) Step {
	return Step{Call: func() string { return call }, Shell: func() string { return shell }}
}

// Execution is the last step of every plan; command is not empty.
func Execution(command []string) Step {
	args := make([]string, len(command))
	for i, word := range command {
		args[i] = fmt.Sprintf("%q", word)
	}
	return Constructor(fmt.Sprintf("execve(%s, [%s])", args[0], strings.Join(args, ", ")),
		"exec "+ShellCommand(command))
}
