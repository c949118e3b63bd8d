//go:build linux

// Package seccomp makes BPF programs for seccomp(2) of profiles as Docker and the
// OCI runtimes have them, without libseccomp. [Docker] is a built-in profile;
// package profile, below this one, reads others from JSON.
//
// A program made here answers as one that runc makes with libseccomp does:
//
//   - A rule is left out when its Includes and Excludes say so, and names that are
//     no system call of an ABI do not count there.
//   - Several rules for one system call: one without conditions on arguments
//     outweighs those with, and the first such counts. Of those whose conditions
//     hold, the strictest action counts, as with several filters in the kernel.
//     (libseccomp does not say which of those counts.)
//   - A system call with a number above all those that the profile names is newer
//     than the profile: where the default action refuses, it fails with ENOSYS, so
//     that programs fall back to an older one.
//   - A call through an ABI that the profile does not list kills the thread.
//
// amd64 and arm64 are known, and the ABIs that their kernels run beside their
// own: i386 and x32, and 32-bit ARM.
package seccomp

//go:generate env CGO_ENABLED=0 go run ./gentable
