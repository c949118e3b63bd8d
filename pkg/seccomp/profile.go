//go:build linux

package seccomp

import (
	"runtime"
	"slices"

	"nskit.dev/nskit/pkg/caps"
)

// Profile says what happens to each system call. The zero value kills the thread
// that makes one, whichever it is.
type Profile struct {
	Default Action // for what no rule is about

	// ABIs are those that are filtered by the rules beside the machine's own, which
	// always is. Those that the machine does not have do not matter.
	ABIs []ABI

	Rules []Rule

	// Flags are SECCOMP_FILTER_FLAG_* for seccomp(2) that loads the program.
	Flags uint32
}

// Rule is what happens to some system calls.
type Rule struct {
	Names  []string // of the system calls, as in syscalls(2)
	Action Action
	// Args are conditions that must all hold; but where two are about the same
	// argument it is enough that one holds, as runc does it.
	Args []Arg
	// The rule counts where Includes is met, and Excludes, unless empty, is not.
	Includes, Excludes When
}

// When is a condition on the machine and on the command. The zero value is empty.
type When struct {
	Caps      caps.Set // capabilities in the bounding set of the command
	Arches    []string // architectures by Docker's names: "amd64", "arm64"
	MinKernel Kernel   // the kernel is this one or a newer one
}

// Env is where a profile is to be used.
type Env struct {
	Caps   caps.Set // the bounding set of the command
	Kernel Kernel
}

// counts is the rule of Docker's profiles: all of Includes, none of Excludes.
func (r *Rule) counts(env Env, arch string) bool {
	in, out := &r.Includes, &r.Excludes
	switch {
	case env.Caps&out.Caps != 0, slices.Contains(out.Arches, arch):
		return false
	case out.MinKernel != Kernel{} && !env.Kernel.before(out.MinKernel):
		return false
	case in.Caps&^env.Caps != 0, len(in.Arches) > 0 && !slices.Contains(in.Arches, arch):
		return false
	}
	return !env.Kernel.before(in.MinKernel)
}

// Compile makes the program that the kernel runs at each system call of a process
// of this machine's architecture.
//
// The error is a usage error: a condition on an argument that system calls do not
// have, or a program longer than the 4096 instructions that the kernel takes.
func (p *Profile) Compile(env Env) (Program, error) { return p.compile(env, runtime.GOARCH) }
