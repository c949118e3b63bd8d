//go:build linux

package join

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/privilege"
	"nskit.dev/nskit/pkg/seccomp"
)

// Resolved is what the constructor needs in numbers, since Go does not run inside of a target.
type Resolved struct {
	UID, GID, Groups string // decimal; "": not given
	Caps             string // bounding:effective:ambient, hexadecimal; "": not given
	SeccompFD        int    // 0: none
	NoNewPrivs       bool
	uid              uint32 // that the command will have
}

// Resolve looks up names in the passwd and group of the file system that the command will see, and works
// out capabilities and filter from those of the target. /proc is asked by PID: that it was this process all the
// time shows when the constructor finds the pidfd of [Config.Pin] alive after everything was opened.
func (c *Config) Resolve() (*Resolved, error) {
	r := &Resolved{NoNewPrivs: c.Privileges.NoNewPrivs}
	uid, err := c.identity(r)
	if err != nil {
		return nil, err
	}
	r.uid = uid
	filter, err := c.Privileges.Filter()
	if err != nil || filter == nil && !c.Privileges.Changed() {
		return r, err
	}
	may, give, err := c.sets()
	if err != nil {
		return nil, err
	}
	set, err := c.Privileges.Caps(may, give, uid)
	if err != nil {
		return nil, err
	}
	if filter != nil {
		if err := r.filter(c, filter, set, uid, give); err != nil {
			return nil, err
		}
	}
	if !c.Privileges.Changed() {
		return r, nil
	}
	if err := privilege.Bounding(set, give, r.NoNewPrivs); err != nil {
		return nil, err
	}
	r.Caps = fmt.Sprintf("%x:%x:%x", set.Bounding, set.Effective, set.Ambient)
	return r, nil
}

// filter compiles it for a command with those sets, and puts it where the constructor finds it.
func (r *Resolved) filter(c *Config, filter *seccomp.Profile, set *nsexec.Caps, uid uint32, give caps.Set) error {
	program, err := privilege.Program(filter, set, uid)
	if err != nil {
		return err
	}
	nnp, _, err := c.Privileges.Load(set, uid, give)
	if err != nil {
		return err
	}
	r.NoNewPrivs = r.NoNewPrivs || nnp
	r.SeccompFD, err = pass(program)
	return err
}

// identity is the ids, and the uid that the command will have.
func (c *Config) identity(r *Resolved) (uid uint32, err error) {
	uid = uint32(os.Geteuid())
	if c.joins(nsfs.User) && !c.Preserve {
		uid = 0
	}
	if c.UID == nil && c.GID == nil && c.Groups == nil {
		return uid, nil
	}
	root, done, err := c.passwdRoot()
	if err != nil {
		return 0, err
	}
	defer done()
	decimal := func(id uint32) string { return strconv.FormatUint(uint64(id), 10) }
	if c.UID != nil {
		if uid, err = creds.UID(root, *c.UID); err != nil {
			return 0, err
		}
		r.UID = decimal(uid)
	}
	if c.GID != nil {
		gids, err := creds.GIDs(root, *c.GID)
		if err != nil {
			return 0, err
		}
		r.GID = decimal(gids[0])
	}
	gids, err := creds.GIDs(root, c.Groups...)
	if err != nil {
		return 0, err
	}
	var words []string
	for _, gid := range gids {
		words = append(words, decimal(gid))
	}
	r.Groups = strings.Join(words, ",")
	return uid, nil
}

// named reports whether there is a name to be looked up.
func (c *Config) named() bool {
	name := func(r *creds.Ref) bool { return r != nil && r.Name != "" }
	return name(c.UID) || name(c.GID) || slices.ContainsFunc(c.Groups, func(r creds.Ref) bool { return r.Name != "" })
}

// passwdRoot is the root of the file system that names are looked up in.
func (c *Config) passwdRoot() (root int, done func(), err error) {
	path := "/proc/" + strconv.Itoa(c.Target) + "/root"
	switch {
	case c.Root.Path != "":
		path = c.Root.Path
	case c.Files[nsfs.Mnt] != "":
		if c.named() {
			return -1, nil, diag.Usage("a name cannot be looked up behind --mount=FILE: give the number")
		}
		return -1, func() {}, nil
	case c.Target == 0 || !c.joins(nsfs.Mnt) && !c.Root.Set:
		return unix.AT_FDCWD, func() {}, nil
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, nil, &diag.Error{Step: "open the target's root directory", Call: "open(" + strconv.Quote(path) + ")", Err: err}
	}
	return fd, func() { unix.Close(fd) }, nil
}

// limited reports whether the command gets no more than the target has: where the target's own programs
// run, as the constructor sees it in open_outside (nsexec/join.c).
func (c *Config) limited() bool {
	return !c.Privileged && c.Target != 0 && (c.joins(nsfs.Mnt) && c.Files[nsfs.Mnt] == "" || c.Root.Set && c.Root.Path == "")
}

// sets are the capabilities that the command would have without any option, and those that can be given.
func (c *Config) sets() (may, give caps.Set, err error) {
	now, err := caps.Current()
	if err != nil {
		return 0, 0, err
	}
	may, give = now.Permitted, now.Permitted
	if c.joins(nsfs.User) { // setns(2) gives all of them
		may, give = caps.All(), caps.All()
	}
	if !c.limited() {
		return may, give, nil
	}
	theirs, err := targetCaps(c.Target)
	return may & theirs, give, err
}

// targetCaps are the permitted and bounding sets of a process, what both have.
func targetCaps(pid int) (caps.Set, error) {
	path := "/proc/" + strconv.Itoa(pid) + "/status"
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, &diag.Error{Step: "read the target's capabilities", Call: "read(" + strconv.Quote(path) + ")", Err: diag.Errno(err)}
	}
	set, found := ^caps.Set(0), 0
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "CapPrm" && name != "CapBnd" {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			break
		}
		set &= caps.Set(bits)
		found++
	}
	if found != 2 {
		return 0, diag.Bug("%s has no capabilities", path)
	}
	return set, nil
}

// pass puts the filter into a memfd for the program that this one is about to become: privileges.c.
func pass(p seccomp.Program) (int, error) {
	data := binary.NativeEndian.AppendUint32(nil, p.Flags)
	for _, f := range p.Filter {
		data = binary.NativeEndian.AppendUint16(data, f.Code)
		data = append(data, f.Jt, f.Jf)
		data = binary.NativeEndian.AppendUint32(data, f.K)
	}
	fd, err := unix.MemfdCreate("seccomp", 0)
	if err == nil {
		var n int
		if n, err = unix.Write(fd, data); err == nil && n != len(data) {
			err = unix.ENOSPC
		}
	}
	if err != nil {
		return 0, &diag.Error{Step: "hand the seccomp filter on", Call: "memfd_create", Err: err}
	}
	return fd, nil
}
