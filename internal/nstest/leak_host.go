//go:build linux

package nstest

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// stateDirs are where the engines that the tests start, and ip-netns(8), keep a file or
// a directory for each container or namespace.
var stateDirs = []string{"/run/runc", "/run/crun", "/run/netns"}

func observeState(seen items) {
	for _, dir := range stateDirs {
		entries, _ := os.ReadDir(dir) // most machines lack most of them
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			seen[item{kind: kindState, text: path, path: path}] = true
		}
	}
}

func observeHost(seen items) error {
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		return os.NewSyscallError("uname", err)
	}
	seen[item{kind: kindHost, text: "name " + unix.ByteSliceToString(uts.Nodename[:])}] = true
	seen[item{kind: kindHost, text: "domain name " + unix.ByteSliceToString(uts.Domainname[:])}] = true
	return nil
}

func observeInterfaces(seen items) {
	entries, _ := os.ReadDir("/sys/class/net")
	for _, e := range entries {
		seen[item{kind: kindInterface, text: e.Name()}] = true
	}
}
