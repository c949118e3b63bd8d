// Package rootfs is the steps that turn a directory into the root file system
// of a new mount namespace: propagation, the root mount, /proc, /dev, /sys,
// pivot_root(2) and the lazy unmount of the old root.
//
// The caller is in the new namespaces already, and this process will execute
// the command: the steps change its working directory.
//
// The directory is taken to be hostile. Every name in it is opened
// as one component that must not be a link, and what is done there is done
// through that descriptor; a /proc, /dev or /sys that is a link or a file is
// refused, and nothing is created or mounted outside. No file of the directory
// is ever read.
//
// /proc, /dev and /sys are mounted before the root is changed, not after: in
// a user namespace the kernel allows a fresh procfs or sysfs only while one that
// nothing covers can be seen in the same mount namespace, and the device
// nodes are the caller's.
package rootfs
