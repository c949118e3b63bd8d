// Package diag is the error of this project, and the words around it.
//
// An [Error] says which step was attempted, by which system call, and why the
// kernel refused. The second half of a good message, the cause and its remedy,
// is not known where the call is made: the kernel has one errno for ten
// causes. So the Hint functions look at the system after the failure (/proc,
// sysctls, the mount table), name the one cause that fits what they see, and
// say what mends it. Nothing is read while all goes well.
//
// What they find is a finding of a moment later, by another reader than the
// kernel: they never decide anything, they only add a line for a person.
package diag
