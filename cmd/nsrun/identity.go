//go:build linux

package main

import (
	"slices"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/idmap"
	"nskit.dev/nskit/pkg/privilege"
	"nskit.dev/nskit/pkg/run"
)

// identity reads the options about ids.
func identity(c *run.Config, o *runopts.Ids) (err error) {
	if c.Maps.User, err = own(o.User); err != nil {
		return err
	}
	if c.Maps.Group, err = own(o.Group); err != nil {
		return err
	}
	if c.Maps.Users, err = specs(o.Users); err != nil {
		return err
	}
	if c.Maps.Groups, err = specs(o.Groups); err != nil {
		return err
	}
	c.Maps.Setgroups, c.Maps.Owner, c.Owner = o.Setgroups, o.Owner != "", o.Owner
	if c.Remap, err = ref(o.Remap); err != nil {
		return err
	}
	if c.Identity.UID, err = ref(o.SetUID); err != nil {
		return err
	}
	if c.Identity.GID, err = ref(o.SetGID); err != nil {
		return err
	}
	if c.Remap != nil { // as with Docker's daemon, root inside is who it is about
		if c.Identity.UID == nil {
			c.Identity.UID = new(creds.Ref)
		}
		if c.Identity.GID == nil {
			c.Identity.GID = new(creds.Ref)
		}
	}
	if o.SetGroups != "" {
		c.Identity.Groups, err = creds.ParseRefs(o.SetGroups)
	}
	return err
}

func own(word string) (idmap.One, error) {
	switch word {
	case "":
		return idmap.One{}, nil
	case runopts.OwnRoot:
		return idmap.Root(), nil
	case runopts.OwnCurrent:
		return idmap.Current(), nil
	}
	r, err := creds.ParseRef(word)
	return idmap.To(r), err
}

func specs(words []string) (list []idmap.Spec, err error) {
	for _, word := range words {
		spec, err := idmap.ParseSpec(word)
		if err != nil {
			return nil, err
		}
		list = append(list, spec)
	}
	return list, nil
}

func ref(word string) (*creds.Ref, error) {
	if word == "" {
		return nil, nil
	}
	r, err := creds.ParseRef(word)
	return &r, err
}

// privileges reads the options about what the command may do; those that --harden sets are the
// defaults of the others.
func privileges(c *run.Config, o *runopts.Privileges) {
	hardened := func(word string) bool { return word == "on" || word == "" && o.Harden }
	c.NewSession = hardened(o.NewSession)
	c.Privileges = privilege.Options{
		KeepCaps:   o.KeepCaps,
		Docker:     o.Harden,
		CapDrop:    o.CapDrop,
		CapAdd:     o.CapAdd,
		NoNewPrivs: hardened(o.NoNewPrivs),
		MayGain:    o.NoNewPrivs == "off",
		Seccomp:    o.Seccomp,
	}
	if o.Harden && o.Seccomp == "" {
		c.Privileges.Seccomp = "default"
	}
	for _, list := range [...]*[]string{&c.Mounts.Masks, &c.Mounts.ReadOnlys} {
		*list = masked(*list, o.Harden)
	}
}

// masked adds the default list, unless the word none is there, which is no path.
func masked(list []string, harden bool) []string {
	none := slices.Contains(list, "none")
	list = slices.DeleteFunc(slices.Clone(list), func(path string) bool { return path == "none" })
	if harden && !none && !slices.Contains(list, "default") {
		list = append(list, "default")
	}
	return list
}

// lookUpOwner puts ids for names, for the constructor.
func lookUpOwner(o *runopts.Ids) error {
	uid := func(name string) (uint32, error) {
		r, err := creds.ParseRef(name)
		if err != nil {
			return 0, err
		}
		return creds.UID(unix.AT_FDCWD, r)
	}
	gid := func(name string) (uint32, error) {
		r, err := creds.ParseRef(name)
		if err != nil {
			return 0, err
		}
		gids, err := creds.GIDs(unix.AT_FDCWD, r)
		if err != nil {
			return 0, err
		}
		return gids[0], nil
	}
	return o.ResolveOwner(uid, gid)
}
