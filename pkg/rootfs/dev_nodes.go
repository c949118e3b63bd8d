//go:build linux

package rootfs

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// devices are the character devices that any program may use: the "default
// devices" of the OCI runtime specification, numbered as in the kernel's
// Documentation/admin-guide/devices.txt.
var devices = [...]struct {
	name         string
	major, minor uint32
}{
	{"null", 1, 3},
	{"zero", 1, 5},
	{"full", 1, 7},
	{"random", 1, 8},
	{"urandom", 1, 9},
	{"tty", 5, 0},
}

// devDirs are the mount points. mqueue stays empty without a new IPC namespace.
var devDirs = [...]string{"pts", "shm", "mqueue"}

func (b *builder) devNodes() {
	b.binds = b.binds || b.NewUser
	b.add(b.devNodesCall, b.devNodesShell, func() error {
		// Modes are to be those asked for whatever the caller's umask is.
		defer unix.Umask(unix.Umask(0))
		for _, name := range devDirs {
			if err := unix.Mkdirat(unix.AT_FDCWD, name, 0o755); err != nil {
				return devError(name, `mkdirat(AT_FDCWD, "`+name+`", 0755)`, err)
			}
		}
		return b.makeDevices()
	})
}

// makeDevices makes the nodes, or where that is forbidden, shows those of the
// caller: in a user namespace always (capabilities(7), CAP_MKNOD), else by
// a device cgroup.
func (b *builder) makeDevices() error {
	refused := b.NewUser
	for _, d := range devices {
		rdev := unix.Mkdev(d.major, d.minor)
		if !refused {
			err := unix.Mknodat(unix.AT_FDCWD, d.name, unix.S_IFCHR|0o666, int(rdev))
			if err == nil {
				continue
			}
			if err != unix.EPERM {
				return devError(d.name, mknodCall(d.name, d.major, d.minor), err)
			}
			refused = true
		}
		if err := bindDevice(d.name, rdev); err != nil {
			return err
		}
	}
	return nil
}

// bindDevice shows the caller's device node, and makes sure that it is what
// its name says.
func bindDevice(name string, rdev uint64) error {
	if err := unix.Mknodat(unix.AT_FDCWD, name, unix.S_IFREG|0o666, 0); err != nil {
		return devError(name, `mknodat(AT_FDCWD, "`+name+`", S_IFREG|0666, 0)`, err)
	}
	if err := mount.Bind("/dev/"+name, name); err != nil {
		return step("create /dev/"+name, err)
	}
	var st unix.Stat_t
	if err := unix.Fstatat(unix.AT_FDCWD, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return devError(name, "fstatat", err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFCHR || uint64(st.Rdev) != rdev {
		return &diag.Error{Step: "create /dev/" + name, Err: unix.ENODEV,
			Hint: fmt.Sprintf("/dev/%s here is not the character device %d:%d; use --dev=none", name, unix.Major(rdev), unix.Minor(rdev))}
	}
	return nil
}

func mknodCall(name string, major, minor uint32) string {
	return fmt.Sprintf("mknodat(AT_FDCWD, %q, S_IFCHR|0666, makedev(%d, %d))", name, major, minor)
}

func (b *builder) devNodesCall() string {
	var lines []string
	for _, name := range devDirs {
		lines = append(lines, fmt.Sprintf("mkdirat(AT_FDCWD, %q, 0755)", name))
	}
	for _, d := range devices {
		if b.NewUser {
			lines = append(lines,
				fmt.Sprintf("mknodat(AT_FDCWD, %q, S_IFREG|0666, 0)", d.name),
				mount.Call("/dev/"+d.name, d.name, "", unix.MS_BIND|unix.MS_REC, ""))
		} else {
			lines = append(lines, mknodCall(d.name, d.major, d.minor))
		}
	}
	return strings.Join(lines, "\n")
}

func (b *builder) devNodesShell() string {
	dev := b.shellPath("dev")
	lines := []string{"cd " + dev, "mkdir " + strings.Join(devDirs[:], " ")}
	for _, d := range devices {
		if b.NewUser {
			lines = append(lines, "touch "+d.name+" && mount --bind /dev/"+d.name+" "+d.name)
		} else {
			lines = append(lines, fmt.Sprintf("mknod -m 666 %s c %d %d", d.name, d.major, d.minor))
		}
	}
	return strings.Join(lines, "\n")
}
