//go:build linux

package nsexec

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// step is what the C side was doing: enum nsexec_step.
type step int

const (
	stepNone step = iota
	stepStdio
	stepSeal
	stepPin
	stepForeignProc
	stepStatus
	stepOtherUser
	stepOpenNS
	stepNoKind
	stepOpenRoot
	stepOpenWd
	stepDumpable
	stepSetns
	stepGone
	stepVerify
	stepCredentials
	stepChroot
	stepChdir
	stepPipe
	stepUnshare
	stepClone
	stepDeathsig
	stepSetgroupsFile
	stepUIDMap
	stepGIDMap
	stepHelper
	stepGroups
	stepSetgid
	stepSetuid
	stepBounding
	stepCapset
	stepNoNewPrivs
	stepSeccomp
	stepSignals
	stepRlimit
	stepExec
)

type failure struct {
	step  step
	errno unix.Errno
	kinds nsfs.Kind
}

func errSetuid() error {
	return &diag.Error{
		Step: "start",
		Err:  unix.EPERM,
		Hint: "this program does not run setuid, setgid or with file capabilities: it would hand them to everybody (chmod u-s,g-s; setcap -r)",
	}
}

// ErrNoConstructor says that this program has no constructor that acts: it was
// built without cgo, or without the option table of a tool.
func ErrNoConstructor() error {
	return &diag.Error{
		Step: "use namespaces",
		Err:  diag.ErrUnsupported,
		Hint: "this program was built without the C constructor that creates and joins namespaces; build it with CGO_ENABLED=1 and a C compiler",
	}
}

// ids are the words for a change of ids that was refused.
func (f failure) ids(e *diag.Error, q Request) {
	switch f.step {
	case stepSetuid:
		e.Step, e.Call = "set the uid", "setresuid"
	case stepSetgid:
		e.Step, e.Call = "set the gid", "setresgid"
	default:
		e.Step, e.Call = "set the supplementary groups", "setgroups"
	}
	switch {
	case f.errno == unix.EINVAL:
		e.Hint = "there is no such id in this user namespace (/proc/self/uid_map, gid_map): map it with --map-users and --map-groups, or a range with --map-auto"
	case f.errno == unix.EPERM && q.OwnerUID != NoID:
		e.Hint = "--owner takes root: leave it out to own the user namespace yourself"
	case f.errno == unix.EPERM:
		e.Hint = "that takes CAP_SETUID and CAP_SETGID: run it as root, or in a user namespace with more ids (--map-auto --map-root-user)"
	}
}

// error puts the failure into words, and looks for its cause.
func (f failure) error(q Request, argv []string) error {
	e := &diag.Error{Err: f.errno}
	switch {
	case f.step == stepExec:
		f.exec(e, q, argv)
	case f.step >= stepPin && f.step <= stepVerify:
		f.join(e, q)
	case f.step >= stepUnshare && f.step <= stepGIDMap:
		f.create(e, q)
	default:
		f.rest(e, q)
	}
	return e
}

func (f failure) exec(e *diag.Error, q Request, argv []string) {
	if q.Shells {
		f.execShells(e, argv[q.Command:])
		return
	}
	name := ""
	if q.Command < len(argv) {
		name = argv[q.Command]
	}
	e.Step = "execute " + diag.Quote(name)
	e.Code = 126
	if f.errno == unix.ENOENT {
		e.Code = 127
	}
	e.Hint = hintExec(name, f.errno)
}

func (f failure) execShells(e *diag.Error, shells []string) {
	quoted := make([]string, len(shells))
	for i, shell := range shells {
		quoted[i] = diag.Quote(shell)
	}
	e.Step = "execute a shell, since no command was given: " + strings.Join(quoted, ", ")
	e.Code = 127
	e.Hint = "give a command"
}

func hintExec(name string, errno unix.Errno) string {
	switch errno {
	case unix.ENOENT:
		if strings.Contains(name, "/") && unix.Access(name, unix.F_OK) == nil {
			return "the file is there, so what is missing is its interpreter: the program in its #! line, or its dynamic loader"
		}
	case unix.ENOEXEC:
		return "it is neither a program for this machine nor a script with a #! line; to run it with a shell, give: sh " + diag.Quote(name)
	case unix.E2BIG:
		return "the arguments and the environment together are larger than the stack limit allows (ulimit -s)"
	}
	return ""
}

func (f failure) join(e *diag.Error, q Request) {
	target := "the target process"
	if q.Target > 0 {
		target = "process " + strconv.Itoa(q.Target)
	}
	switch f.step {
	case stepPin:
		e.Step, e.Call = "find "+target, fmt.Sprintf("pidfd_open(%d, 0)", q.Target)
		if f.errno == unix.ENOENT {
			e.Call = fmt.Sprintf("open(\"/proc/%d\", O_PATH|O_DIRECTORY)", q.Target)
		}
		e.Hint = diag.HintTarget(q.Target, f.errno)
	case stepForeignProc:
		e.Step = "look at " + target + " in /proc"
		e.Hint = "/proc is missing or shows another PID namespace, where this number is another process; mount the right one: mount -t proc proc /proc"
	case stepStatus:
		e.Step, e.Call = "read the capabilities of "+target, fmt.Sprintf("open(\"/proc/%d/status\")", q.Target)
	case stepOpenNS:
		f.openNS(e, q, target)
	case stepNoKind:
		e.Step = "join the " + f.kinds.Words() + " of " + target
		e.Err = diag.Missing(f.kinds)
	case stepOpenRoot:
		e.Step, e.Hint = "open the root directory "+dirWords(q.Root, target), diag.HintNoProc(f.errno)
	case stepOpenWd:
		e.Step, e.Hint = "open the working directory "+dirWords(q.Wd, target), diag.HintNoProc(f.errno)
	case stepSetns:
		f.setns(e, q, target)
	case stepGone:
		e.Step = "join the namespaces: " + target + " is gone"
		e.Hint = diag.HintTarget(q.Target, f.errno)
	case stepOtherUser:
		e.Step = "join the mount namespace of " + target + ", which belongs to another user namespace"
		e.Hint = "its programs would run as you, outside of their user namespace: add --user to be in it as well, or --privileged if you trust them"
	case stepVerify:
		e.Step = "see that the " + f.kinds.Words() + " was joined"
	}
}

func (f failure) setns(e *diag.Error, q Request, target string) {
	e.Call = "setns(" + f.kinds.Flag() + ")"
	if q.ByFile&f.kinds == 0 {
		e.Step = "join the " + f.kinds.Words() + " of " + target
		e.Hint = diag.HintJoin(q.Target, f.kinds, f.errno)
		return
	}
	file := q.Files[indexOf(f.kinds)]
	e.Step = "join the " + f.kinds.Words() + " that " + diag.Quote(file) + " stands for"
	if f.errno == unix.EINVAL {
		e.Hint = "it is no file of a " + f.kinds.Words() + ", such as /proc/PID/ns/" + f.kinds.String() + " or a bind mount of it"
	}
}

func (f failure) openNS(e *diag.Error, q Request, target string) {
	if q.ByFile&f.kinds != 0 {
		file := q.Files[indexOf(f.kinds)]
		e.Step, e.Call = "open the "+f.kinds.Words()+" file "+diag.Quote(file), "open("+strconv.Quote(file)+", O_RDONLY)"
		return
	}
	e.Step = "see the " + f.kinds.Words() + " of " + target
	e.Call = fmt.Sprintf("stat(\"/proc/%d/ns/%s\")", q.Target, f.kinds)
	e.Hint = diag.HintJoin(q.Target, f.kinds, f.errno)
}

func dirWords(d Dir, target string) string {
	if d.Path == "" {
		return "of " + target
	}
	return diag.Quote(d.Path)
}

func indexOf(kind nsfs.Kind) int {
	for i, k := range nsfs.Kinds {
		if k == kind {
			return i
		}
	}
	return 0
}

func (f failure) create(e *diag.Error, q Request) {
	switch f.step {
	case stepUnshare:
		e.Step, e.Call = "create the "+f.kinds.Words(), "unshare("+f.kinds.Flag()+")"
		e.Hint = diag.HintCreate(f.kinds, f.errno)
	case stepClone:
		e.Step, e.Call = "fork", "clone(SIGCHLD)"
		if f.kinds != 0 {
			e.Step, e.Call = "create the "+f.kinds.Words(), "clone("+f.kinds.Flag()+"|SIGCHLD)"
			e.Hint = diag.HintCreate(f.kinds, f.errno)
		}
	case stepDeathsig:
		e.Step, e.Call = "tie the command to its supervisor", "prctl(PR_SET_PDEATHSIG)"
	case stepSetgroupsFile:
		e.Step, e.Call = "deny setgroups in the new user namespace", `write("/proc/self/setgroups", "deny")`
		e.Hint = diag.HintInsideUser(f.errno)
	case stepUIDMap:
		e.Step, e.Call = "map the user id", `write("/proc/self/uid_map")`
		e.Hint = diag.HintInsideUser(f.errno)
	case stepGIDMap:
		e.Step, e.Call = "map the group id", `write("/proc/self/gid_map")`
		e.Hint = diag.HintInsideUser(f.errno)
	}
	if missing := kindsMissing(f.kinds, f.errno); missing != 0 {
		e.Err, e.Hint = diag.Missing(missing), ""
	}
}

// kindsMissing returns those that the kernel lacks, when that may be why.
func kindsMissing(kinds nsfs.Kind, errno unix.Errno) nsfs.Kind {
	var missing nsfs.Kind
	if errno != unix.EINVAL && errno != unix.ENOSYS {
		return 0
	}
	for _, k := range nsfs.Kinds {
		if kinds&k != 0 && !nsfs.Supported(k) {
			missing |= k
		}
	}
	return missing
}

func (f failure) rest(e *diag.Error, q Request) {
	switch f.step {
	case stepStdio:
		e.Step = "open /dev/null for a closed standard stream"
	case stepSeal:
		e.Step = "make this program unwritable before its ids are given away"
		if e.Hint = diag.HintNoProc(f.errno); e.Hint != "" {
			return
		}
		if f.errno == unix.EFBIG {
			e.Hint = "it would be copied, which the limit on the size of files forbids: ulimit -f"
			return
		}
		e.Hint = "this needs /proc, and Linux 5.12, memfd_create (3.17) or a directory to copy the program to (/run, /dev/shm, /tmp)"
	case stepDumpable:
		e.Step, e.Call = "hide this process from those in there", "prctl(PR_SET_DUMPABLE, 0)"
	case stepCredentials:
		e.Step = "set uid and gid in the joined user namespace"
		e.Hint = "it maps neither 0 nor the target's own ids: --preserve-credentials keeps yours"
	case stepGroups, stepSetgid, stepSetuid:
		f.ids(e, q)
	case stepChroot:
		e.Step, e.Call = "change the root directory", `chroot(".")`
	case stepChdir:
		e.Step = "change the working directory to " + diag.Quote(q.Wd.Path+q.WdNS.Path)
	case stepPipe:
		e.Step, e.Call = "make a pipe", "pipe2(O_CLOEXEC)"
	case stepBounding:
		e.Step, e.Call = "limit the capabilities", "prctl(PR_CAPBSET_DROP)"
	case stepCapset:
		e.Step, e.Call = "limit the capabilities", "capset, prctl(PR_SET_KEEPCAPS), prctl(PR_CAP_AMBIENT)"
		if f.errno == unix.EINVAL {
			e.Hint = "ambient capabilities, which a command that is not root's needs, need Linux 4.3"
		}
	case stepNoNewPrivs:
		e.Step, e.Call = "set no_new_privs", "prctl(PR_SET_NO_NEW_PRIVS, 1)"
	case stepSeccomp:
		e.Step, e.Call = "load the seccomp filter", "seccomp(SECCOMP_SET_MODE_FILTER)"
		if f.errno == unix.ENOSYS {
			e.Hint = "the flags of this profile need Linux 3.17"
		}
	case stepSignals:
		e.Step, e.Call = "restore the signal mask", "sigprocmask(SIG_SETMASK)"
	case stepRlimit:
		e.Step, e.Call = "restore the limit of open files", "setrlimit(RLIMIT_NOFILE)"
	default:
		e.Step = "prepare the command"
	}
}
