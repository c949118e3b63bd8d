// Package holders finds what keeps a mount from being unmounted: EBUSY of
// umount2(2) has ten causes, and the kernel names none.
//
// It looks at every process once: its working directory, root, executable, open
// files and mapped files. What counts is the mount that a file was opened through,
// and not its device, as fuser(1) has it: by the device the users of
// every other bind mount of the same file system would be accused. Mounts below,
// backing files of loop devices and swap files are found as well.
//
// It does not touch the files that others use, unless their names lie below the mount
// in question, and then with O_PATH alone: one that hangs, as on a network file system
// whose server is gone, must not hang the one who asks why.
//
// The answer is one of a moment later than the question, and is for people: never
// decide anything by it. Not seen are processes outside of the PID namespace that
// /proc shows, threads that have a working directory of their own (unshare(2) with
// CLONE_FS), descriptors on their way through a socket, and what the kernel itself
// uses: an NFS server, process accounting, sockets bound to a name.
package holders
