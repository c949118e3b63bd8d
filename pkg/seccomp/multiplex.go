//go:build linux

package seccomp

// The numbers of socketcall(2) and ipc(2) in i386.
const (
	numberSocketcall = 102
	numberIpc        = 117
)

// multiplex is the rule for the call made as socketcall(2) or ipc(2), if it can be:
// a rule must hold for both ways, or a filter that forbids a call is no obstacle.
//
// The arguments of the call are in memory then, where no filter sees them. So a
// rule with conditions that permits does not hold for that way, and one that
// refuses does, whatever the arguments.
func (r *Rule) multiplex(call *syscall, index int) (e entry, found bool) {
	switch {
	case len(r.Args) > 0 && r.Action.permits():
		return 0, false
	case call.socketcall > 0:
		return entryOf(numberSocketcall, index, call.socketcall), true
	case call.ipc > 0:
		return entryOf(numberIpc, index, call.ipc), true
	}
	return 0, false
}

// multiplexed is the condition that the call is the one with that number. The upper
// half of ipc's is a version, which the kernel cuts off.
func multiplexed(by uint32, number uint64) Arg {
	mask := uint64(1<<32 - 1)
	if by == numberIpc {
		mask = 1<<16 - 1
	}
	return Arg{Index: 0, Op: MaskedEQ, Value: mask, ValueTwo: number}
}
