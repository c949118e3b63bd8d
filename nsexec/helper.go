//go:build linux

package nsexec

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

import ()

// what is the kind of a message between the processes of a run: enum nsexec_what.
type what int

const (
	msgPID    what = iota + 1 // the namespaces exist, and this is the command's process
	msgGo                     // all is done outside
	msgAgain                  // make the mount namespace anew, on another CPU
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
// An error of do that again says true of lets the command's process make its
// mount namespace anew, on one CPU after the other, and do be called again: what
// Linux 6.18 needs to bind one on a file (mntns_order_workaround.c).
//
// The error is do's; the command is then killed by its supervisor.
func ServeHelper(r *Record, do func(pid int) error, again func(error) bool, undo func()) error {
	m, ok := receive(r.Sync)
	if !ok || m.what != msgPID {
		return nil // the namespaces could not be created; the first process says why
	}
	err := do(m.pid)
	if err != nil && again(err) {
		err = onEachCPU(r.Sync, func() error { return do(m.pid) }, err)
	}
	if err != nil {
		undo()
		return err
	}
	if err := send(r.Sync, msgGo, 0); err != nil {
		undo()
		return nil // the command is gone already
	}
	if !executed(r.Sync) {
		undo()
	}
	return nil
}

// onEachCPU lets the command's process make its mount namespace on each CPU, until do succeeds.
func onEachCPU(sync int, do func() error, err error) error {
	for _, cpu := range usableCPUs() {
		if send(sync, msgAgain, cpu) != nil {
			break
		}
		if made, ok := receive(sync); !ok || made.what != msgPID {
			break
		}
		if err = do(); err == nil {
			break
		}
	}
	return err
}

// usableCPUs are those that this process may run on, whatever it was bound to:
// the caller's mount namespace was made before that.
func usableCPUs() []int {
	var set unix.CPUSet
	for cpu := range 8 * int(unsafe.Sizeof(set)) {
		set.Set(cpu)
	}
	if unix.SchedSetaffinity(0, &set) != nil || unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	var cpus []int
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
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
