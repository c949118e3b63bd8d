//go:build linux

package runopts

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/idmap"
	"nskit.dev/nskit/pkg/nsfs"
)

func ids(s *cli.Set, o *Options) {
	user := uint32(nsfs.User)
	byHelper := cli.Meaning{Act: cli.ActMap, NS: user}
	s.Group("Ids, with the meaning that unshare(1) gives them; those of maps imply --user:")
	s.SwitchTo(&mapTo{o, nsexec.MapRoot, OwnRoot}, "map-root-user", 'r', cli.Meaning{Act: cli.ActMapRoot, NS: user},
		"the caller is root inside (default: only for one who lacks CAP_SYS_ADMIN)")
	s.SwitchTo(&mapTo{o, nsexec.MapCurrent, OwnCurrent}, "map-current-user", 'c', cli.Meaning{Act: cli.ActMapCurrent, NS: user},
		"the caller keeps its ids inside (default: no map)")
	s.Value(helped(o, cli.RefValue(&o.Ids.User)), "map-user", 0, "UID|NAME", byHelper, "the caller's uid inside (default: not mapped)")
	s.Value(helped(o, cli.RefValue(&o.Ids.Group)), "map-group", 0, "GID|NAME", byHelper, "the caller's gid inside (default: not mapped)")
	s.Value(helped(o, cli.CheckedList(&o.Ids.Users, isSpec)), "map-users", 0, "INNER:OUTER:COUNT|auto|subids|all", byHelper,
		"map a range of uids; as often as wanted (default: none)")
	s.Value(helped(o, cli.CheckedList(&o.Ids.Groups, isSpec)), "map-groups", 0, "INNER:OUTER:COUNT|auto|subids|all", byHelper,
		"map a range of gids; as often as wanted (default: none)")
	s.SwitchTo(&bothMaps{o, "auto"}, "map-auto", 0, byHelper,
		"map the caller's first range of subordinate ids from 0 on (default: no)")
	s.SwitchTo(&bothMaps{o, "subids"}, "map-subids", 0, byHelper,
		"map the caller's subordinate ids to themselves (default: no)")
	s.Words(&o.Ids.Setgroups, "setgroups", 0, "allow|deny", byHelper,
		"whether setgroups(2) is allowed inside (default: deny where the kernel wants it)")
	s.Text(&o.Ids.Owner, "owner", 0, "UID:GID", cli.Meaning{Act: cli.ActOwner, NS: user},
		"whose the new user namespace is; takes root (default: the caller's)")
	remap := byHelper
	remap.Go = true // the command becomes root inside
	s.Value(helped(o, cli.RefValue(&o.Ids.Remap)), "userns-remap", 0, "USER", remap,
		"map all subordinate ids of USER from 0 on, as Docker's daemon does (default: no)")
	s.Ref(&o.Ids.SetUID, "setuid", 'S', "UID|NAME", cli.Meaning{Go: true, Limits: true},
		"uid of the command; a name is that of the new root's passwd (default: unchanged)")
	s.Ref(&o.Ids.SetGID, "setgid", 'G', "GID|NAME", cli.Meaning{Act: cli.ActDropGroups, Go: true, Limits: true},
		"gid of the command, which drops the supplementary groups where that is allowed (default: unchanged)")
	s.Refs(&o.Ids.SetGroups, "groups", 0, "GID|NAME,...", cli.Meaning{Go: true, Limits: true},
		"supplementary groups of the command (default: unchanged, none with --setgid)")
}

// helped notes that the maps are more than the command's process can write for itself.
func helped(o *Options, v cli.Value) cli.Value { return &helpedValue{o, v} }

type helpedValue struct {
	o *Options
	cli.Value
}

func (h *helpedValue) Set(argument string) error {
	h.o.mapByHelper = true
	return h.Value.Set(argument)
}

// mapTo is the value of the options that choose a map: the last one given does.
type mapTo struct {
	o   *Options
	to  nsexec.Map
	own string
}

func (m *mapTo) SetBare() error {
	m.o.Map = m.to
	m.o.Ids.User, m.o.Ids.Group = m.own, m.own
	return nil
}

// bothMaps adds a range for users and groups.
type bothMaps struct {
	o    *Options
	spec string
}

func (b *bothMaps) SetBare() error {
	b.o.mapByHelper = true
	b.o.Ids.Users, b.o.Ids.Groups = append(b.o.Ids.Users, b.spec), append(b.o.Ids.Groups, b.spec)
	return nil
}

func isSpec(text string) error {
	_, err := idmap.ParseSpec(text)
	return err
}

// check refuses what contradicts itself.
func (i *Ids) check() error {
	if i.Owner != "" {
		user, group, _ := strings.Cut(i.Owner, ":")
		_, noUser := creds.ParseRef(user)
		_, noGroup := creds.ParseRef(group)
		if noUser != nil || noGroup != nil {
			return diag.Usage("option --owner: %s is not UID:GID", diag.Quote(i.Owner))
		}
	}
	maps := i.User != "" || i.Group != "" || len(i.Users)+len(i.Groups) > 0
	if i.Remap != "" && maps {
		return diag.Usage("--userns-remap excludes the other options of maps")
	}
	return nil
}

// ownerIDs is the owner in numbers, as the constructor reads them; NoID when it does not.
func (i *Ids) ownerIDs() (uid, gid uint32) {
	user, group, _ := strings.Cut(i.Owner, ":")
	uid, ok := creds.ParseID(user)
	gid, also := creds.ParseID(group)
	if !ok || !also {
		return nsexec.NoID, nsexec.NoID
	}
	return uid, gid
}

func (i *Ids) canonical(simple nsexec.Map, on func(bool, string), with func(value, byDefault, name string), each func([]string, string)) {
	on(simple == nsexec.MapRoot, "map-root-user")
	on(simple == nsexec.MapCurrent, "map-current-user")
	own := map[nsexec.Map]string{nsexec.MapRoot: OwnRoot, nsexec.MapCurrent: OwnCurrent}[simple]
	with(i.User, own, "map-user")
	with(i.Group, own, "map-group")
	each(i.Users, "map-users")
	each(i.Groups, "map-groups")
	with(i.Setgroups, "", "setgroups")
	with(i.Owner, "", "owner")
	with(i.Remap, "", "userns-remap")
	with(i.SetUID, "", "setuid")
	with(i.SetGID, "", "setgid")
	with(i.SetGroups, "", "groups")
}

// ResolveOwner puts numbers for the names of the owner, as the caller's passwd and group have them: the
// constructor looks nothing up.
func (i *Ids) ResolveOwner(uid func(name string) (uint32, error), gid func(name string) (uint32, error)) error {
	if i.Owner == "" {
		return nil
	}
	user, group, _ := strings.Cut(i.Owner, ":")
	u, err := uid(user)
	if err != nil {
		return err
	}
	g, err := gid(group)
	if err != nil {
		return err
	}
	i.Owner = strconv.FormatUint(uint64(u), 10) + ":" + strconv.FormatUint(uint64(g), 10)
	return nil
}
