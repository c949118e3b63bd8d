//go:build linux

package umountopts

import "nskit.dev/nskit/internal/cli"

const synopsis = `[OPTION]... PATH...

Unmount what is mounted on each PATH: umount2(2).`

// NewSet defines nsumount's options, with their defaults, on o. The constructor has no table
// of them: nothing here is for it to do.
func NewSet(o *Options) *cli.Set {
	o.Limit = -1
	none := cli.Meaning{}
	s := cli.New("nsumount", synopsis, cli.ModePaths)
	s.Group("How to unmount:")
	s.Switch(&o.Lazy, "lazy", 'l', none,
		"detach it at once with all below it, whoever uses it; it is freed after its last use (default: only what is not in use)")
	s.Switch(&o.Force, "force", 'f', none,
		"give up requests that wait for the server of a network or FUSE file system (default: wait for them)")
	s.Optional(&expireValue{o}, "expire", 'e', "SECONDS", none,
		"wait until nobody has used it for a second, at most SECONDS (default: do not wait; without SECONDS no limit)")
	s.Switch(&o.Recursive, "recursive", 'R', none,
		"unmount all mounts below it too, deepest first (default: only PATH, which then must have none)")
	s.Information(&o.Explain, &o.Help, &o.Version, &o.Completion)
	return s
}
