//go:build linux

package nsfs

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Kind is a kind of namespace, as the CLONE_NEW* flag that clone(2),
// unshare(2) and setns(2) take. Kinds can be combined with |; the methods then
// speak of each of them, in the order of [Kinds].
type Kind uint32

// The kinds of namespaces: namespaces(7).
const (
	User   Kind = unix.CLONE_NEWUSER
	Cgroup Kind = unix.CLONE_NEWCGROUP
	IPC    Kind = unix.CLONE_NEWIPC
	UTS    Kind = unix.CLONE_NEWUTS
	Net    Kind = unix.CLONE_NEWNET
	PID    Kind = unix.CLONE_NEWPID
	Mnt    Kind = unix.CLONE_NEWNS
	Time   Kind = unix.CLONE_NEWTIME
)

type entry struct {
	kind  Kind
	flag  string // the name of the flag in sched.h
	name  string // the name below /proc/PID/ns, and in /proc/sys/user
	noun  string // what people call it, before the word "namespace"
	since string // the first Linux release that has it
}

// table is in the order in which namespaces are joined when that cannot be
// done at once: the user namespace first, since being in it gives the right to
// join what it owns; the mount namespace late, since the files of the caller's
// /proc are out of reach after it; the time namespace last, since nothing else
// depends on it.
//
// User namespaces date from 2.6.23, but have their file below /proc/PID/ns, and
// their use without privileges, only since 3.8.
var table = [...]entry{
	{User, "CLONE_NEWUSER", "user", "user", "3.8"},
	{Cgroup, "CLONE_NEWCGROUP", "cgroup", "cgroup", "4.6"},
	{IPC, "CLONE_NEWIPC", "ipc", "IPC", "2.6.19"},
	{UTS, "CLONE_NEWUTS", "uts", "UTS", "2.6.19"},
	{Net, "CLONE_NEWNET", "net", "network", "2.6.24"},
	{PID, "CLONE_NEWPID", "pid", "PID", "2.6.24"},
	{Mnt, "CLONE_NEWNS", "mnt", "mount", "2.4.19"},
	{Time, "CLONE_NEWTIME", "time", "time", "5.6"},
}

// Kinds is every kind, in the order in which namespaces are joined when that is
// not done by one system call.
var Kinds = kinds()

func kinds() []Kind {
	all := make([]Kind, len(table))
	for i := range table {
		all[i] = table[i].kind
	}
	return all
}

// String is the name below /proc/PID/ns: "uts", "mnt"; "uts,mnt" for several.
func (k Kind) String() string {
	return k.join(",", func(e *entry) string { return e.name })
}

// Flag is the symbolic name of the flag: "CLONE_NEWUTS";
// "CLONE_NEWUTS|CLONE_NEWNS" for several.
func (k Kind) Flag() string {
	return k.join("|", func(e *entry) string { return e.flag })
}

// Words is the kind in prose: "UTS namespace"; for several, "UTS, PID and mount
// namespaces".
func (k Kind) Words() string {
	nouns := k.join(", ", func(e *entry) string { return e.noun })
	last := strings.LastIndex(nouns, ", ")
	if last < 0 {
		return nouns + " namespace"
	}
	return nouns[:last] + " and " + nouns[last+2:] + " namespaces"
}

// Since is the first Linux release that has the kind: "2.6.19", "5.6". Several
// kinds need the newest of theirs.
func (k Kind) Since() string {
	for _, newest := range [...]Kind{Time, Cgroup, User, Net, PID, IPC, UTS} {
		if k&newest != 0 {
			k = newest
			break
		}
	}
	return k.join(", ", func(e *entry) string { return e.since })
}

// LimitFile is the file with the number of such namespaces that one user may
// create in the caller's user namespace: "/proc/sys/user/max_uts_namespaces"
// (Linux 4.9, namespaces(7)). k must be one kind.
func (k Kind) LimitFile() string {
	return "/proc/sys/user/max_" + k.String() + "_namespaces"
}

// join is what each kind in k has to say, separated by sep. Bits that are no
// kind are shown as a number, so that a mistake is seen and not hidden.
func (k Kind) join(sep string, say func(*entry) string) string {
	var parts []string
	rest := k
	for i := range table {
		if k&table[i].kind != 0 {
			parts = append(parts, say(&table[i]))
			rest &^= table[i].kind
		}
	}
	if rest != 0 || k == 0 {
		parts = append(parts, "0x"+strconv.FormatUint(uint64(rest), 16))
	}
	return strings.Join(parts, sep)
}
