//go:build linux

package idmap

import "nskit.dev/nskit/pkg/creds"

// One is what the caller's own id is to be inside. The zero value is nothing:
// the option was not given.
type One struct {
	set     bool
	current bool
	ref     creds.Ref
}

// Root makes the caller root inside, as -r/--map-root-user does.
func Root() One { return One{set: true} }

// Current keeps the caller's effective id, as -c/--map-current-user does.
func Current() One { return One{set: true, current: true} }

// To is the id that --map-user or --map-group gives. A name is looked up in the
// caller's own passwd or group file.
func To(ref creds.Ref) One { return One{set: true, ref: ref} }

// Options are the options about maps of a command line. -r and -c set both
// User and Group, --map-user the former and --map-group the latter; the last one
// that sets it counts. --map-users and --map-groups append to Users and Groups.
type Options struct {
	User, Group   One
	Users, Groups []Spec
	Setgroups     string // "allow", "deny", or "": what is right for the map
	Owner         bool   // --owner is given: nothing is written from inside
}

// Auto adds what --map-auto does.
func (o *Options) Auto() { o.both(Spec{Kind: Auto}) }

// Subids adds what --map-subids does.
func (o *Options) Subids() { o.both(Spec{Kind: Subids}) }

func (o *Options) both(s Spec) {
	o.Users, o.Groups = append(o.Users, s), append(o.Groups, s)
}

// Simple tells whether the caller's own ids are all that is mapped, which a
// process can write for itself from inside, and needs no privilege.
func (o *Options) Simple() bool {
	return len(o.Users) == 0 && len(o.Groups) == 0 && !o.Owner
}

// Maps are what [Write] is to write.
type Maps struct {
	UID, GID  Map    // empty: not written
	Setgroups string // "allow", "deny", or "": not written
}
