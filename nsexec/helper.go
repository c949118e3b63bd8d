//go:build linux

package nsexec

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// what is the kind of a message between the processes of a run: enum nsexec_what.
type what int

const (
	msgPID    what = iota + 1 // the namespaces exist, and this is the command's process
	msgMapped                 // the id maps are written
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
// command go on, calls after, and stays until the command has been executed. When it never
// is, whatever the reason, undo is called: nothing stays of a run that was none.
//
// An error of do that again says true of lets the command's process make its
// mount namespace anew, on one CPU after the other, and do be called again: what
// Linux 6.18 needs to bind one on a file (mntns_order_workaround.c).
//
// The error is do's; the command is then killed by its supervisor.
func ServeHelper(r *Record, do func(pid int) error, again func(error) bool, after func() error, undo func()) error {
	pid, ok := created(r)
	if !ok {
		return nil // the namespaces could not be created; the first process says why
	}
	err := do(pid)
	if err != nil && again(err) {
		err = onEachCPU(r.Sync, func() error { return do(pid) }, err)
	}
	if err != nil {
		undo()
		return err
	}
	if send(r.Sync, msgGo, 0) != nil {
		undo()
		return nil // the command is gone already
	}
	if err := after(); err != nil {
		undo()
		if errors.Is(err, unix.EPIPE) || errors.Is(err, unix.ECONNRESET) {
			return nil
		}
		return err
	}
	if !executed(r.Sync) {
		undo()
	}
	return nil
}

// created waits until the namespaces exist and, where something is mounted from outside,
// the id maps are written. The supervisor says the one and the command's process the
// other, so that either can come first.
func created(r *Record) (pid int, ok bool) {
	for mapped := !r.MountsOutside() || r.WritesMaps(); pid == 0 || !mapped; {
		m, ok := receive(r.Sync)
		if !ok || m.what != msgPID && m.what != msgMapped {
			return 0, false
		}
		if m.what == msgMapped {
			mapped = true
		} else {
			pid = m.pid
		}
	}
	return pid, true
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
