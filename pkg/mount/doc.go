// Package mount is mount(2) and its relatives with names instead of numbers:
// thin wrappers, one concept a file, whose errors show the call that failed
// with its flags spelled out.
//
// It never reads /proc/self/mountinfo to learn whether something is a mount
// point: it asks the kernel to do the thing, and reads the answer. The one
// exception is [Restrict] on a kernel without mount_setattr(2).
//
// All functions act on the mount namespace of the calling thread. In a Go
// program that is the namespace of the whole process only when it was entered
// before the runtime started, or on a thread that is locked to its goroutine.
//
// For reading the mount table use github.com/moby/sys/mountinfo. For a path
// that a stranger may change meanwhile, resolve it once (package inroot) and hand over
// the descriptor.
package mount
