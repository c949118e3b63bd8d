//go:build linux

package identity_test

// Why nsrun does otherwise than unshare(1) of util-linux 2.38.
const (
	topmost  = "2.38, 2.41 and 2.42 lose the topmost id next to a single map: util-linux#4457"
	denied   = "-G drops the supplementary groups where that is allowed; unshare fails where it is not"
	late     = "unshare denies setgroups after it has written the gid map, when the kernel denies it no more"
	rootsOwn = "root writes its maps itself since 2.40, and 2.38's newgidmap denies setgroups for one's own group"
)

// noGroups: the supplementary groups are not mapped, and cannot be dropped either.
const noGroups = "65534 65534"

var likeUnshare = []setup{
	// One id.
	{options: "--user"},
	{options: "-r"},
	{options: "-c"},
	{options: "-r -c"},
	{options: "-c -r"},
	{options: "--map-user 5"},
	{options: "--map-user=nsk"},
	{options: "--map-group 5"},
	{options: "--map-group=staff"},
	{options: "--map-user 5 --map-group 6"},
	{options: "--map-user 5 -r"},
	{options: "-r --map-user 5"},
	{options: "-c --map-group 0"},
	{options: "--map-user 4294967294 --map-group 4294967294"},
	{options: "-r --setgroups deny", why: late, alone: true,
		root: sections{"uid_map": "0 OWN 1", "gid_map": "0 OWN 1", "setgroups": "deny", "Uid": "0 0 0 0", "Groups": noGroups},
		user: sections{"uid_map": "0 OWN 1", "gid_map": "0 OWN 1", "setgroups": "deny", "Uid": "0 0 0 0", "Groups": noGroups}},
	{options: "--map-user 5 --setgroups allow"},

	// Ranges.
	{options: "--map-auto"},
	{options: "--map-users auto"},
	{options: "--map-groups auto"},
	{options: "--map-auto --setgroups allow"},
	{options: "--map-users SUB,0,1"},
	{options: "--map-users SUB,1000,500 --map-groups SUG,7,65536"},
	{options: "--map-users SUB,1,65536 -r"},
	{options: "--map-users SUB,50,100 --map-user 149"},
	{options: "--map-users OWN,0,1"},
	{options: "--map-users OWN,7,1 -r"},
	{options: "--map-groups OWN,0,1", why: rootsOwn, root: sections{"setgroups": "allow"}},
	{options: "-r --map-auto", why: topmost,
		root: sections{"uid_map": "0 OWN 1 1 SUB 65536", "gid_map": "0 OWN 1 1 SUG 65536"},
		user: sections{"uid_map": "0 OWN 1 1 SUB 65536", "gid_map": "0 OWN 1 1 SUG 65536"}},
	{options: "--map-auto --map-user 10 --map-group 3", why: topmost,
		root: sections{"uid_map": "10 OWN 1 0 SUB 10 11 300010 65526", "gid_map": "3 OWN 1 0 SUG 3 4 400003 65533"},
		user: sections{"uid_map": "10 OWN 1 0 SUB 10 11 100010 65526", "gid_map": "3 OWN 1 0 SUG 3 4 200003 65533"}},

	// With other namespaces, and a process of its own.
	{options: "-r --fork"},
	{options: "-r --uts --ipc --net --cgroup"},
	{options: "-c --fork --pid"},
	{options: "--map-auto --fork --pid --mount"},
	{options: "-r --mount --fork"},

	// What the command becomes.
	{options: "-r --setuid 0"},
	{options: "-r -S 0 -G 0", why: denied, alone: true,
		root: sections{"Uid": "0 0 0 0", "Gid": "0 0 0 0", "Groups": "", "setgroups": "deny"},
		user: sections{"Uid": "0 0 0 0", "Gid": "0 0 0 0", "Groups": noGroups, "setgroups": "deny"}},
	{options: "--map-auto -S 0 -G 0"},
	{options: "--map-auto -S 1000 -G 1000"},
	{options: "--map-auto -S 65535"},
	{options: "--map-auto -G 65535"},
	{options: "--map-auto --fork -S 33 -G 33"},
	{options: "--map-users SUB,100,1 --map-groups SUG,100,1 -S 100 -G 100"},

	// The capabilities.
	{options: "-r --keep-caps"},
	{options: "-c --keep-caps"},
	{options: "--map-user 5 --keep-caps"},
	{options: "--map-auto --keep-caps"},
	{options: "--map-auto --keep-caps -S 1000"},
	{options: "--map-auto --keep-caps -G 1000"},
	{options: "--map-auto --keep-caps -S 1000 -G 1000"},
}
