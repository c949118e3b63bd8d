//go:build linux

package rootfs

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// scratchFS holds the layers of a throw-away overlay. It goes with the mount namespace.
var scratchFS = mount.FS{Type: "tmpfs", Flags: unix.MS_NOSUID | unix.MS_NODEV, Data: "mode=755"}

// attachOverlay puts a writable layer over the root directory, and over each file system that
// is mounted below it: an overlay shows none of them.
func (b *builder) attachOverlay() {
	b.add(b.scratchCall, b.scratchShell, b.openScratch)
	b.add(
		func() string {
			return "mkdirat(layers, \"upper\", 0755)\nmkdirat(layers, \"work\", 0755)\n" +
				mount.Call("overlay", "/", "overlay", 0, b.overlayData("layers/upper", "layers/work"))
		},
		func() string {
			return "mkdir layers/upper layers/work\nmount -t overlay -o " +
				plan.ShellQuote(b.overlayData("layers/upper", "layers/work")) + " overlay " + plan.ShellQuote(b.Root)
		},
		func() error {
			err := step("put a writable layer over "+diag.Quote(b.Root), b.doOverlay())
			if e, ok := err.(*diag.Error); ok && strings.Contains(e.Hint, "not supported as upperdir") {
				e.Hint = "" // ours has the name that the caller knows, and the remedy
			}
			return diag.AddHint(err, b.overlayHint)
		},
	)
}

func (b *builder) overlayData(upper, work string) string {
	data := "lowerdir=" + b.Root + ",upperdir=" + upper + ",workdir=" + work
	if b.inUserNS() {
		data += ",userxattr"
	}
	return data
}

func (b *builder) scratchCall() string {
	if b.OverlayDir == "" {
		return "layers = " + mount.Call("tmpfs", "/", "tmpfs", scratchFS.Flags, scratchFS.Data)
	}
	return "layers = open(" + strconv.Quote(b.OverlayDir) + ", O_PATH|O_DIRECTORY|O_CLOEXEC)"
}

func (b *builder) scratchShell() string {
	if b.OverlayDir == "" {
		return scratchFS.Shell("layers")
	}
	return "mkdir -p " + plan.ShellQuote(b.OverlayDir)
}

// openScratch makes or opens the directory that the layers are in.
func (b *builder) openScratch() (err error) {
	if b.lower, err = b.openLower(); err != nil {
		return step("put a writable layer over "+diag.Quote(b.Root), err)
	}
	if b.OverlayDir == "" {
		b.actMapped() // so that it belongs to who makes the layers in it
		b.scratch, err = scratchFS.AttachRoot()
		b.stacked++
		return step("mount a tmpfs for the writable layer", err)
	}
	src, err := b.openSource(&Mount{Source: b.OverlayDir, Create: true})
	if err == nil && !src.dir {
		err = &diag.Error{Err: unix.ENOTDIR}
	}
	if b.scratch = src.fd; err == nil {
		err = b.outsideOfRoot(src.fd)
	}
	return step("open the directory of the writable layer "+diag.Quote(b.OverlayDir), err)
}

// outsideOfRoot makes sure that the layers do not lie in what they are over: the kernel notices only
// when somebody looks there. What another mount holds is not part of the lower directory.
func (b *builder) outsideOfRoot(dir int) error {
	lower := b.lower
	for !covers(dir, lower) && !sameFile(dir, lower) {
		up, err := unix.Openat(dir, "..", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil || sameFile(up, dir) { // the root of all
			return nil
		}
		dir = up
	}
	if covers(dir, lower) {
		return nil
	}
	return &diag.Error{Err: unix.ELOOP, Hint: "it lies inside of the root directory: it has to be outside, or on another file system"}
}

func sameFile(a, b int) bool {
	var one, other unix.Stat_t
	return unix.Fstat(a, &one) == nil && unix.Fstat(b, &other) == nil && one.Dev == other.Dev && one.Ino == other.Ino
}

func (b *builder) doOverlay() error {
	b.actMapped()
	o := &overlay{b: b, lower: b.lower, locked: b.inUserNS()}
	if err := o.findMounts(); err != nil {
		return err
	}
	if err := o.attachRoot(); err != nil {
		return err
	}
	if err := o.coverMounts(); err != nil {
		return err
	}
	return b.noteBelow()
}

func (b *builder) actMapped() {
	if b.Mapped != nil {
		b.Mapped()
	}
}

// openLower opens what is below the layer: the root directory, or the image, which is mounted
// on "/" by now.
func (b *builder) openLower() (int, error) {
	if b.root >= 0 {
		return b.root, nil
	}
	const flags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	fd, err := unix.Open(b.Root, flags, 0)
	if err != nil {
		return -1, &diag.Error{Call: "open(" + strconv.Quote(b.Root) + ", O_PATH|O_DIRECTORY|O_CLOEXEC)", Err: err}
	}
	return fd, nil
}

func (b *builder) overlayHint(e *diag.Error) string {
	switch {
	case errors.Is(e, unix.EOVERFLOW):
		return noIDs(e)
	case errors.Is(e, unix.ENODEV):
		return "this kernel has no overlay: `modprobe overlay`"
	case errors.Is(e, unix.EPERM) && b.inUserNS():
		return "in a user namespace overlays need Linux 5.11: run it as root"
	case errors.Is(e, unix.EBUSY) && b.OverlayDir != "":
		return diag.Quote(b.OverlayDir) + " is the writable layer of another mount at the moment"
	case errors.Is(e, unix.EINVAL):
		return "the file system of " + diag.Quote(b.layersPlace()) + " may not be able to hold a writable layer (overlay on overlay, NFS, FAT): see the end of `dmesg`"
	}
	return ""
}

// inUserNS reports whether this is not the first user namespace, be it that the caller's is not.
func (b *builder) inUserNS() bool {
	if b.NewUser {
		return true
	}
	var st unix.Stat_t
	return unix.Stat("/proc/self/ns/user", &st) == nil && st.Ino != firstUserNS
}

const firstUserNS = 0xEFFFFFFD // PROC_USER_INIT_INO, include/linux/proc_ns.h

func (b *builder) layersPlace() string {
	if b.OverlayDir == "" {
		return b.Root
	}
	return b.OverlayDir
}

func fdPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

// absolute is the path as the mount table is to show it.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
