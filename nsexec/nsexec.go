//go:build linux && cgo

package nsexec

/*
#cgo CFLAGS: -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra
#include "nsexec.h"
#include <stdlib.h>
*/
import "C"

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/pkg/nsfs"
)

// The thread that executes the command must be the one that the constructor
// ran on: the death signal belongs to a thread, and so does all that the last
// step changes. init runs on it; a program that merely imports us is left alone.
func init() {
	if C.nsexec_record.role == C.NSEXEC_ROLE_INSIDE {
		runtime.LockOSThread()
	}
	if caller := &C.nsexec_record.caller; caller.go_state_known != 0 {
		// The constructor lowered it for the start of Go (make_room_for_go). Set
		// here, package syscall forgets what it was and hands this one to children.
		nofile := caller.limits[0]
		syscall.Setrlimit(syscall.RLIMIT_NOFILE,
			&syscall.Rlimit{Cur: uint64(nofile.rlim_cur), Max: uint64(nofile.rlim_max)})
	}
}

// FollowAgain asks for the death signal once more after a change of ids, which takes it away, those for
// files included. When the supervisor has died meanwhile it ends this process.
func FollowAgain() { C.nsexec_follow_again(C.int(C.nsexec_record.death_signal)) }

// RaiseOpenFiles raises the soft limit of open files to the hard one until the last step, for who
// needs more descriptors than the caller thought of. What cannot be had is no error yet.
func RaiseOpenFiles() {
	caller := &C.nsexec_record.caller
	if caller.go_state_known == 0 {
		return
	}
	hard := caller.limits[0].rlim_max
	if unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(hard), Max: uint64(hard)}) == nil {
		caller.raised |= 1 // of limits[0]
	}
}

// hasConstructor tells whether children of this program will have one.
const hasConstructor = true

// Started returns what the constructor did in this process.
func Started() Record {
	r := &C.nsexec_record
	return Record{
		Role:       Role(r.role),
		Understood: r.understood != 0,
		AddedUser:  r.added_user != 0,
		Forked:     r.forked != 0,
		Request:    requestOf(&r.req, int(r.argc)),
		Created:    nsfs.Kind(r.created),
		Joined:     nsfs.Kind(r.joined),
		Skipped:    nsfs.Kind(r.skipped),
		Sync:       int(r.sync_fd),
		EUID:       uint32(r.euid),
		EGID:       uint32(r.egid),
		failure:    failureOf(&r.failure),
	}
}

func failureOf(f *C.struct_nsexec_failure) failure {
	return failure{step: step(f.step), errno: unix.Errno(f.err), kinds: nsfs.Kind(f.ns)}
}

func requestOf(q *C.struct_nsexec_request, argc int) Request {
	r := Request{
		Create:      nsfs.Kind(q.create),
		Join:        nsfs.Kind(q.join),
		ByFile:      nsfs.Kind(q.by_file),
		JoinAll:     q.join_all != 0,
		Fork:        q.fork != 0,
		NoFork:      q.no_fork != 0,
		KillSignal:  int(q.kill_signal),
		Map:         Map(q._map),
		Preserve:    q.preserve != 0,
		Privileged:  q.privileged != 0,
		Shells:      q.shells != 0,
		Go:          q._go != 0,
		Outside:     q.outside != 0,
		MapByHelper: q.map_by_helper != 0,
		DropGroups:  q.drop_groups != 0,
		SetUID:      uint32(q.set_uid), SetGID: uint32(q.set_gid),
		Groups: C.GoString(q.groups), Caps: C.GoString(q.caps),
		SeccompFD: int(q.seccomp_fd), NoNewPrivs: q.no_new_privs != 0,
		OwnerUID: uint32(q.owner_uid), OwnerGID: uint32(q.owner_gid),
		Target:   int(q.target),
		TargetFD: int(q.target_fd),
		Root:     Dir{Set: q.root_set != 0, Path: C.GoString(q.root)},
		Wd:       Dir{Set: q.wd_set != 0, Path: C.GoString(q.wd)},
		WdNS:     Dir{Set: q.wdns_set != 0, Path: C.GoString(q.wdns)},
		Operands: int(q.operands),
		Command:  int(q.command),
	}
	for i := range r.Files {
		if q.file[i] != nil {
			r.Files[i] = C.GoString(q.file[i])
		}
	}
	return r
}

// Environ is the environment that this program was started with, and that the
// command gets. In a process in new namespaces os.Environ may lack an entry,
// since the constructor has put one of its own there for the Go runtime.
func Environ() []string {
	var env []string
	for p := C.nsexec_record.envp; p != nil && *p != nil; p = (**C.char)(unsafe.Add(unsafe.Pointer(p), unsafe.Sizeof(*p))) {
		env = append(env, C.GoString(*p))
	}
	return env
}

// Scan lets the C scanner read a command line, as the constructor would, and
// reports whether it was understood in full. table is a *C.struct_nsexec_table,
// as the Table functions of the option packages return it. It is for the tests
// that compare both parsers.
func Scan(table unsafe.Pointer, argv []string) (Request, bool) {
	words, free := cStrings(argv)
	defer free()
	var q C.struct_nsexec_request
	rc := C.nsexec_scan((*C.struct_nsexec_table)(table), C.int(len(argv)), words, &q)
	return requestOf(&q, len(argv)), rc == 0
}

// cStrings makes a NULL-terminated vector of C strings.
func cStrings(list []string) (**C.char, func()) {
	size := unsafe.Sizeof((*C.char)(nil))
	vector := (**C.char)(C.calloc(C.size_t(len(list)+1), C.size_t(size)))
	slots := unsafe.Slice(vector, len(list)+1)
	for i, s := range list {
		slots[i] = C.CString(s)
	}
	return vector, func() {
		for _, s := range slots[:len(list)] {
			C.free(unsafe.Pointer(s))
		}
		C.free(unsafe.Pointer(vector))
	}
}

// Exec does the last step on the calling thread and, when all goes well, does
// not return: supplementary groups, gid, uid, capabilities, no_new_privs, the
// caller's signal mask, ignored signals and RLIMIT_NOFILE, every descriptor
// above 2 closed but those to keep, the seccomp filter, execve(2). In a process
// that the constructor put into namespaces it must be called on the thread that
// main.main started on.
//
// The error is a *diag.Error; its Code is 127 when the command was not found
// and 126 when it could not be executed.
func Exec(l Last) error {
	if len(l.Args) == 0 {
		return failure{step: stepExec, errno: unix.EINVAL}.error(Request{}, nil)
	}
	argv, freeArgv := cStrings(l.Args)
	defer freeArgv()
	envp, freeEnvp := C.nsexec_record.envp, func() {}
	if l.Env != nil {
		envp, freeEnvp = cStrings(l.Env)
	}
	defer freeEnvp()
	last := C.struct_nsexec_last{
		argv: argv, envp: envp,
		shells:       flag(l.LoginShells),
		no_new_privs: flag(l.NoNewPrivs),
		death_signal: C.nsexec_record.death_signal,
		uid:          C.NSEXEC_NO_ID, gid: C.NSEXEC_NO_ID,
		caller:   &C.nsexec_record.caller,
		keep_fds: C.int(l.KeepFDs),
		sync_fd:  C.nsexec_record.sync_fd,
	}
	if l.Path != "" {
		last.path = C.CString(l.Path)
		defer C.free(unsafe.Pointer(last.path))
	}
	if l.UID != nil {
		last.uid = C.uint32_t(*l.UID)
	}
	if l.GID != nil {
		last.gid = C.uint32_t(*l.GID)
	}
	if l.Groups != nil {
		last.set_groups, last.ngroups = 1, C.size_t(len(l.Groups))
		last.groups = (*C.gid_t)(unsafe.Pointer(unsafe.SliceData(l.Groups)))
	}
	if l.Caps != nil {
		last.limit_caps = 1
		last.bounding, last.permitted = C.uint64_t(l.Caps.Bounding), C.uint64_t(l.Caps.Permitted)
		last.effective, last.ambient = C.uint64_t(l.Caps.Effective), C.uint64_t(l.Caps.Ambient)
	}
	last.seccomp_early = flag(l.SeccompEarly)
	last.seccomp, last.seccomp_flags = unsafe.Pointer(l.Seccomp), C.uint32_t(l.SeccompFlags)
	return execFailed(&last, l)
}

// execFailed pins what C is handed besides its own memory, and turns its failure into words.
func execFailed(last *C.struct_nsexec_last, l Last) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	if len(l.Groups) > 0 {
		pin.Pin(unsafe.SliceData(l.Groups))
	}
	if l.Seccomp != nil {
		pin.Pin(l.Seccomp)
		pin.Pin(l.Seccomp.Filter)
	}
	var f C.struct_nsexec_failure
	C.nsexec_last_step(last, &f)
	if last.sync_fd >= 0 {
		m := C.struct_nsexec_message{what: C.NSEXEC_MSG_FAILED, failure: f}
		C.nsexec_send(last.sync_fd, &m)
	}
	return failureOf(&f).error(Request{Shells: l.LoginShells, OwnerUID: NoID}, l.Args)
}

func flag(b bool) C.uint8_t {
	if b {
		return 1
	}
	return 0
}

func send(fd int, w what, cpu int) error {
	m := C.struct_nsexec_message{what: C.int32_t(w), pid: C.int32_t(cpu)}
	if rc, err := C.nsexec_send(C.int(fd), &m); rc != 0 {
		return err
	}
	return nil
}

func receive(fd int) (message, bool) {
	var m C.struct_nsexec_message
	if C.nsexec_receive(C.int(fd), &m) != 0 {
		return message{}, false
	}
	return message{what: what(m.what), pid: int(m.pid), failure: failureOf(&m.failure)}, true
}

// The steps are listed in nsexec.h and, for the words, in step.go: as many there as here.
var _ = [1]struct{}{}[C.NSEXEC_STEP_EXEC-stepExec]
var _ = [1]struct{}{}[C.NSEXEC_MSG_FAILED-msgFailed]
