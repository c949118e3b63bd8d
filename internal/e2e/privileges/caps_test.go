//go:build linux

package privileges_test

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/caps"
)

const (
	bind   = uint64(1) << unix.CAP_NET_BIND_SERVICE
	kill   = uint64(1) << unix.CAP_KILL
	admin  = uint64(1) << unix.CAP_SYS_ADMIN
	docker = uint64(caps.Docker) &^ (1 << unix.CAP_MKNOD) // no device cgroup makes devices useless here
)

// capRow is a command line, and the sets that its command has; all is what the caller, or
// the first process of a new user namespace, may have at most.
type capRow struct {
	options string
	sets    func(all uint64) sets // bounding, permitted, effective, inheritable, ambient
}

// asRoot are the sets of a command with uid 0, which execve gives the bounding set.
func asRoot(set func(all uint64) uint64) func(uint64) sets {
	return func(all uint64) sets { return sets{set(all), set(all), set(all), 0, 0} }
}

// ambient are those of any other command: its own are the ambient ones.
func ambient(bounding, own func(all uint64) uint64) func(uint64) sets {
	return func(all uint64) sets {
		return sets{bounding(all), own(all), own(all), own(all), own(all)}
	}
}

func everything(all uint64) uint64          { return all }
func nothing(uint64) uint64                 { return 0 }
func only(set uint64) func(uint64) uint64   { return func(all uint64) uint64 { return all & set } }
func allBut(set uint64) func(uint64) uint64 { return func(all uint64) uint64 { return all &^ set } }

// rootRows are for a command with uid 0.
var rootRows = []capRow{
	{"", asRoot(everything)},
	{"--cap-drop ALL", asRoot(nothing)},
	{"--cap-drop all", asRoot(nothing)},
	{"--cap-drop KILL", asRoot(allBut(kill))},
	{"--cap-drop cap_kill,CAP_SYS_ADMIN", asRoot(allBut(kill | admin))},
	{"--cap-drop KILL --cap-drop SYS_ADMIN", asRoot(allBut(kill | admin))},
	{"--cap-drop ALL --cap-add NET_BIND_SERVICE", asRoot(only(bind))},
	{"--cap-add NET_BIND_SERVICE --cap-drop ALL", asRoot(only(bind))},
	{"--cap-drop ALL --cap-add NET_BIND_SERVICE,kill", asRoot(only(bind | kill))},
	{"--cap-drop ALL --cap-add NET_BIND_SERVICE --cap-add kill", asRoot(only(bind | kill))},
	{"--cap-drop KILL --cap-add KILL", asRoot(everything)},
	{"--cap-drop KILL --cap-add ALL", asRoot(allBut(kill))},
	{"--cap-drop ALL --cap-add ALL", asRoot(everything)},
	{"--cap-add SYS_ADMIN", asRoot(everything)},
	{"--keep-caps", ambient(everything, everything)},
	{"--keep-caps --cap-drop KILL", ambient(allBut(kill), allBut(kill))},
	{"--keep-caps --cap-drop ALL", asRoot(nothing)},
	{"--harden", asRoot(only(docker))},
	{"--harden --cap-drop KILL", asRoot(only(docker &^ kill))},
	{"--harden --cap-add SYS_ADMIN", asRoot(only(docker | admin))},
	{"--harden --cap-drop ALL --cap-add SYS_ADMIN", asRoot(only(admin))},
	{"--harden --cap-add ALL", asRoot(everything)},
	{"--no-new-privs", asRoot(everything)},
	{"--seccomp default", asRoot(everything)},
}

// userRows are for a command with another uid.
var userRows = []capRow{
	{"", ambient(everything, nothing)},
	{"--cap-drop ALL", ambient(nothing, nothing)},
	{"--cap-drop KILL", ambient(allBut(kill), nothing)},
	{"--cap-drop ALL --cap-add NET_BIND_SERVICE", ambient(only(bind), only(bind))},
	{"--cap-drop ALL --cap-add NET_BIND_SERVICE,KILL", ambient(only(bind|kill), only(bind|kill))},
	{"--cap-add NET_BIND_SERVICE", ambient(everything, only(bind))},
	{"--cap-add ALL", ambient(everything, everything)},
	{"--cap-drop KILL --cap-add ALL", ambient(allBut(kill), allBut(kill))},
	{"--keep-caps", ambient(everything, everything)},
	{"--keep-caps --cap-drop KILL", ambient(allBut(kill), allBut(kill))},
	{"--keep-caps --cap-drop ALL --cap-add KILL", ambient(only(kill), only(kill))},
	{"--harden", ambient(only(docker), nothing)},
	{"--harden --cap-add SYS_ADMIN", ambient(only(docker|admin), only(admin))},
	{"--harden --keep-caps", ambient(only(docker), only(docker))},
	{"--no-new-privs --cap-add KILL", ambient(everything, only(kill))},
	{"--seccomp default --cap-add SYS_ADMIN", ambient(everything, only(admin))},
	{"--seccomp default --cap-add KILL", ambient(everything, only(kill))},
}

// All five sets of /proc/self/status, for every way to become who the command is.
func TestCapabilitySets(t *testing.T) {
	setUp(t)
	own := uint64(parseStatus(mustRun(t, root.run(t, "", "cat", "/proc/self/status"))).sets(t)[1])
	for _, way := range []struct {
		caller  caller
		options string // before those of the row
		all     uint64
		rows    []capRow
	}{
		{root, "", own, rootRows},
		{root, "--fork", own, rootRows},
		{root, "-S 1000", own, userRows},
		{root, "-S 1000 -G 1000 --fork", own, userRows},
		{root, "--uts --pid --mnt", own, rootRows},
		{root, "-r", uint64(caps.All()), rootRows},
		{root, "--map-users 0:0:2000 --map-groups 0:0:2000 -S 1000 -G 1000", uint64(caps.All()), userRows},
		{user, "-r", uint64(caps.All()), rootRows},
		{user, "-r --pid --mnt", uint64(caps.All()), rootRows},
		{user, "-c", uint64(caps.All()), userRows},
	} {
		t.Run(fmt.Sprintf("%s %s", way.caller.name, way.options), func(t *testing.T) {
			for _, row := range way.rows {
				want := row.sets(way.all)
				if got := way.caller.status(t, way.options+" "+row.options).sets(t); got != want {
					t.Errorf("%q: %s are %x, want %x", row.options, setNames, got, want)
				}
			}
		})
	}
}
