//go:build linux

package run

import (
	"strconv"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/nsfs"
)

// trees is what the host helper mounts for the command's process, which is in a user namespace
// that may not: package rootfs, Outside.
type trees struct {
	config *Config
	sync   int
	made   map[int]*mount.Tree
}

func newTrees(c *Config, r *nsexec.Record) *trees {
	c.prepare(r.Request.Create)
	c.Mounts.NewUser = r.MountsOutside()
	return &trees{config: c, sync: r.Sync}
}

func (t *trees) make(pid int) (undo func(), err error) {
	if !t.config.Mounts.NeedsOutside() || t.made != nil {
		return func() {}, nil
	}
	path := "/proc/" + strconv.Itoa(pid) + "/ns/" + nsfs.User.String()
	userNS, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return func() {}, &diag.Error{Step: "open the new user namespace", Call: "open(" + strconv.Quote(path) + ")", Err: err}
	}
	defer unix.Close(userNS)
	t.made, undo, err = t.config.Mounts.Outside(userNS)
	return undo, err
}

func (t *trees) send() error {
	if t.made == nil {
		return nil
	}
	for number, tree := range t.made {
		if err := nsexec.SendFile(t.sync, number, tree.FD()); err != nil {
			return err
		}
	}
	return nsexec.SendEnd(t.sync)
}

// receiveTrees is the other side.
func receiveTrees(r *nsexec.Record) (map[int]*mount.Tree, error) {
	trees := map[int]*mount.Tree{}
	for {
		number, fd, ok, err := nsexec.ReceiveFile(r.Sync)
		if err != nil {
			return nil, &diag.Error{Step: "receive the mounts that were made outside", Err: diag.Errno(err)}
		}
		if !ok {
			return trees, nil
		}
		trees[number] = mount.NewTree(fd)
	}
}
