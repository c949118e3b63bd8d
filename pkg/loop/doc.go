// Package loop attaches files to loop devices, so that a file system in a file
// can be mounted: loop(4).
//
// A device of this package goes by itself, whatever becomes of the program: the
// kernel detaches it (LO_FLAGS_AUTOCLEAR) when the last descriptor of it is closed
// and the last mount of it is gone.
//
//	file, err := unix.Open("root.squashfs", unix.O_RDONLY|unix.O_CLOEXEC, 0)
//	...
//	device, err := loop.Attach(file, loop.Options{ReadOnly: true})
//	...
//	err = unix.Mount(device.Path, "/mnt", "squashfs", unix.MS_RDONLY, "")
//	device.Close() // from here on the mount alone keeps it
//
// Loop devices belong to the machine, not to a namespace: only its root can attach
// them, a user namespace cannot.
package loop
