//go:build linux

package nsexec

import ()

// what is the kind of a message between the processes of a run: enum nsexec_what.
type what int

const (
	msgPID    what = iota + 1 // the namespaces exist, and this is the command's process
	msgGo                     // all is done outside
	msgExec                   // execve comes next
	msgFailed                 // no, it failed
)

type message struct {
	what    what
	pid     int
	failure failure
}

// ServeHelper is the host helper's life: it waits until the namespaces exist,
// calls do with the PID of the command, as this process sees it, lets the
// command go on, and stays until the command has been executed. When it never
// is, whatever the reason, undo is called: nothing stays of a run that was none.
//
// The error is do's; the command is then killed by its supervisor.
func ServeHelper(r *Record, do func(pid int) error, undo func()) error {
	m, ok := receive(r.Sync)
	if !ok || m.what != msgPID {
		return nil // the namespaces could not be created; the first process says why
	}
	if err := do(m.pid); err != nil {
		undo()
		return err
	}
	if err := sendGo(r.Sync); err != nil {
		undo()
		return nil // the command is gone already
	}
	if !executed(r.Sync) {
		undo()
	}
	return nil
}

// executed follows the command to its end of the socket: closed by execve,
// after it was announced and not taken back.
func executed(fd int) bool {
	last := what(0)
	for {
		m, ok := receive(fd)
		if !ok {
			return last == msgExec
		}
		last = m.what
	}
}
