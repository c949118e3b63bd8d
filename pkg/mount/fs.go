//go:build linux

package mount

import (
	"strings"

	"nskit.dev/nskit/pkg/plan"
)

// FS is a file system to be mounted.
type FS struct {
	Type   string
	Source string // a device, or what the type takes; "": the type, for one that needs no source
	Flags  Flags
	Data   string // options of the file system: "mode=755,size=65536k"
}

// Mount mounts it at target, which is followed as any path is. To mount on an
// open directory that a stranger may have made, make it the working directory
// (fchdir(2)) and mount on ".".
//
// That is the fastest way as well (Linux 6.18, a 2-core virtual machine, tmpfs with
// mode and size, opening the new mount included): 39 µs; mount(2) on
// /proc/self/fd/N 47 µs, fsopen(2) to move_mount(2), seven calls, 49 µs.
// And it works on every kernel, and without /proc.
//
// In a user namespace proc and sysfs are refused with EPERM unless one that
// nothing covers is in this mount namespace already, so mount them before
// the old root is detached: mount_too_revealing() in fs/namespace.c.
func (f FS) Mount(target string) error {
	return Mount(f.source(), target, f.Type, f.Flags, f.Data)
}

// Call is the text of what Mount does.
func (f FS) Call(target string) string {
	return Call(f.source(), target, f.Type, f.Flags, f.Data)
}

func (f FS) source() string {
	if f.Source == "" {
		return f.Type
	}
	return f.Source
}

// Shell is a mount(8) command that does the same. The target is taken as it
// stands, quoted where it needs to be.
func (f FS) Shell(target string) string {
	words := []string{"mount", "-t", f.Type}
	if options := f.OptionWords(); len(options) > 0 {
		words = append(words, "-o", strings.Join(options, ","))
	}
	return plan.ShellCommand(append(words, f.source())) + " " + target
}

// OptionWords are the flags and the data as the words after mount(8)'s -o.
func (f FS) OptionWords() []string {
	var words []string
	rest := f.Flags
	for _, o := range optionFlags {
		if o.set != 0 && rest&o.set == o.set {
			words = append(words, o.word)
			rest &^= o.set
		}
	}
	if f.Data != "" {
		words = append(words, f.Data)
	}
	return words
}
