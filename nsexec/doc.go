// Package nsexec creates and joins Linux namespaces before the Go runtime starts.
//
// setns(2) and unshare(2) refuse CLONE_NEWUSER in a process with several
// threads, and what one thread does with the other kinds leaves its siblings
// behind; the Go runtime has several threads before main. So a C constructor,
// linked in by this package, acts first. What it must know it reads from the
// command line, by an option table that the program provides (nsrun's and
// nsjoin's are generated from their pflag definitions), or that [Command]
// brings along. In a program with neither it does nothing at all.
//
// Use [Command] to start namespaced children from your own program:
//
//	cmd := nsexec.Command(nsexec.Config{Create: nsfs.UTS | nsfs.PID}, "sh", "-c", "echo $$")
//
// Do not use it where os/exec suffices: exec.Cmd.SysProcAttr.Cloneflags creates
// every kind of namespace for a child, and only joining several of them, the
// supervisor and the proofs are worth the second start of this program.
//
// The C files are meant to be read in the order that nsexec.h gives.
package nsexec
