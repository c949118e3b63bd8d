//go:build linux

package umount

import (
	"errors"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/holders"
	"nskit.dev/nskit/pkg/mount"
)

// job is what there is to do for one PATH.
type job struct {
	how     mount.UnmountFlags
	targets []target // to be unmounted in this order
}

// target is one mount.
type target struct {
	path    string
	id      int   // of a mount that was found in the mount table; 0 for PATH as it was given
	refusal error // of the last try of --expire
}

// newJobs leaves out what it has reported as impossible.
func newJobs(o *Config, report func(error)) []*job {
	var jobs []*job
	for _, path := range o.Paths {
		j, err := newJob(path, o)
		if err != nil {
			report(err)
			continue
		}
		jobs = append(jobs, j)
	}
	return jobs
}

// newJob looks at PATH before anything is done: where the kernel takes it for a request to
// make the root read-only, and for what is mounted below it. A lazy unmount needs
// neither. A forced one of PATH alone must not touch it, since that would wait for the server
// which does not answer.
func newJob(path string, o *Config) (*job, error) {
	j := &job{how: flags(o), targets: []target{{path: path}}}
	if o.Lazy {
		return j, nil
	}
	if o.Force && !o.Recursive {
		return j, j.refuseRoot(spellsRoot(path))
	}
	place, err := holders.Find(path)
	if err != nil { // umount2 says why, but for a /proc that is missing
		return j, j.refuseRoot(spellsRoot(path))
	}
	if err := j.refuseRoot(place.IsRoot()); err != nil {
		return nil, err
	}
	if o.Recursive && place.IsMountpoint() {
		j.takeTree(place)
	}
	return j, nil
}

// spellsRoot reports whether the path is the root directory as far as that can be seen without
// following it.
func spellsRoot(path string) bool {
	absolute, err := filepath.Abs(path)
	return err == nil && absolute == "/"
}

// takeTree: the mount table has no links in its paths, so none is to be followed.
func (j *job) takeTree(place *holders.Place) {
	j.how |= mount.NoFollow
	j.targets = nil
	for _, m := range place.Tree() {
		j.targets = append(j.targets, target{path: m.Mountpoint, id: m.ID})
	}
}

func flags(o *Config) (how mount.UnmountFlags) {
	if o.Lazy {
		how |= mount.Lazy
	}
	if o.Force {
		how |= mount.Force
	}
	if o.Expire {
		how |= mount.Expire
	}
	return how
}

// refuseRoot: umount2(2) of a process's root unmounts nothing. It makes the file
// system read-only, for everybody: do_umount_root() in fs/namespace.c.
func (j *job) refuseRoot(isRoot bool) error {
	if !isRoot {
		return nil
	}
	return &diag.Error{
		Step: "unmount the root directory of this process",
		Call: mount.UnmountCall(j.targets[0].path, j.how),
		Err:  unix.EBUSY,
		Hint: "not attempted, since the kernel would not unmount it but make the whole file system read-only: if that is wanted, `mount -o remount,ro /`",
	}
}

// unmount unmounts one target. A mount that went with another, by propagation between two
// of the tree, is no failure.
func (j *job) unmount(t target) error {
	err := mount.Unmount(t.path, j.how)
	if err != nil && t.gone(err) {
		return nil
	}
	return err
}

func (t target) gone(err error) bool {
	if t.id == 0 || !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return false
	}
	here, err := holders.Mounted(t.id)
	return err == nil && !here
}
