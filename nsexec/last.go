//go:build linux

package nsexec

import "golang.org/x/sys/unix"

// Last is the last step: what is left to do to a thread before it executes the
// command.
type Last struct {
	Path         string          // the file to execute; "": Args[0], looked up in the PATH of Env
	Args         []string        // the command and its arguments
	Env          []string        // nil: the environment that the tool was started with
	LoginShells  bool            // Args are shells, the first that can be executed is, as a login shell
	UID, GID     *uint32         // nil: unchanged; the real, effective and saved id are set
	Groups       []uint32        // nil: unchanged; empty: none
	Caps         *Caps           // nil: unchanged
	NoNewPrivs   bool            // PR_SET_NO_NEW_PRIVS, Linux 3.5
	Seccomp      *unix.SockFprog // a filter, loaded right before execve; needs NoNewPrivs, SeccompEarly or CAP_SYS_ADMIN
	SeccompEarly bool            // before the privileges go: without NoNewPrivs it takes CAP_SYS_ADMIN
	SeccompFlags uint32          // SECCOMP_FILTER_FLAG_*, Linux 3.17 and later
	KeepFDs      int             // descriptors 3 to 2+KeepFDs are passed on, all others closed
}

// Caps bounds the capability sets, bit n for capability n: capabilities(7).
type Caps struct {
	Bounding, Permitted, Effective uint64
	// Ambient is what the inheritable and ambient sets become, as far as it is permitted: it
	// is how a command that is not root's gets capabilities. Linux 4.3.
	Ambient uint64
}
