//go:build linux

package idmap

import (
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// What unshare(1) of util-linux makes of the same options, in the words of 2.38,
// where --map-users is OUTER,INNER,COUNT, and only one.
// Where it has a bug, there is a test of its own below.
var likeUnshare = []struct {
	options    string
	root, user string // what differs from 2.38 on purpose, as the last line of the uid map
	setgroups  string // of root, where it does
}{
	{options: ""},
	{options: "-r"},
	{options: "-c"},
	{options: "-r -c"},
	{options: "-c -r"},
	{options: "--map-user 5"},
	{options: "--map-user nsk"},
	{options: "--map-group 5"},
	{options: "--map-group root"},
	{options: "--map-user 5 --map-group 6"},
	{options: "--map-user 5 -r"},
	{options: "-r --map-user 5"},
	{options: "-c --map-group 0"},
	{options: "--map-user 4294967294 --map-group 4294967294"},
	{options: "--map-user 5 --setgroups allow"},
	{options: "--map-user 5 --setgroups deny"},
	{options: "--map-auto"},
	{options: "--map-users auto"},
	{options: "--map-groups auto"},
	{options: "--map-auto --setgroups allow"},
	{options: "--map-users auto --setgroups deny"},
	{options: "--map-users SUB,0,1"},
	{options: "--map-users SUB,1000,500 --map-groups SUG,7,65536"},
	{options: "--map-users SUB,1,65536 -r"},
	{options: "--map-users SUB,0,65536 -r"},
	{options: "--map-users SUB,0,65536 --map-user 70"},
	{options: "--map-users SUB,50,100 --map-user 149"},
	{options: "--map-users SUB,0,65535 --map-group 3 -c"},
	{options: "--map-users OWN,0,1"},
	{options: "--map-users OWN,7,1 -r"},
	{options: "--map-users auto --setgroups allow"},
	// Root writes its maps itself since 2.40: newgidmap denies setgroups for one's own group.
	{options: "--map-groups OWN,0,1", setgroups: "allow"},
	{options: "--map-groups OWN,7,1 -c", setgroups: "allow"},
	// The topmost id, which 2.38 loses: util-linux#4457.
	{options: "-r --map-auto", root: "1 300000 65536", user: "1 100000 65536"},
	{options: "--map-auto -c", root: "1 300000 65536", user: "54322 154321 11215"},
	{options: "--map-auto --map-user 10 --map-group 3", root: "11 300010 65526", user: "11 100010 65526"},
}

func TestLikeUnshare(t *testing.T) {
	nstest.RequireCommand(t, "unshare")
	if len(likeUnshare) < 30 {
		t.Errorf("only %d rows", len(likeUnshare))
	}
	inEtc(t, nil, func(t *testing.T) {
		for _, row := range likeUnshare {
			for _, root := range []bool{true, false} {
				options, differs, setgroups := row.options, row.user, ""
				words := strings.NewReplacer("SUB", "100000", "SUG", "200000", "OWN", "54321")
				if root {
					differs, setgroups = row.root, row.setgroups
					words = strings.NewReplacer("SUB", "300000", "SUG", "400000", "OWN", "0")
				}
				options = words.Replace(options)
				t.Run(options+as(root), func(t *testing.T) {
					theirs := exec.Command("unshare", append(append([]string{"--user"}, strings.Fields(options)...), "sh", "-c", showIDs)...)
					result := nstest.Exec(t, by(theirs, root))
					if setgroups != "" {
						result.Stdout = strings.Replace(result.Stdout, "deny", setgroups, 1)
					}
					compare(t, result, nstest.Exec(t, by(ours(options), root)), differs)
				})
			}
		}
	})
}

func as(root bool) string {
	if root {
		return " as root"
	}
	return " as a user"
}

// compare wants the same of both, but for the maps where a line differs.
func compare(t *testing.T, theirs, own nstest.Result, differs string) {
	t.Helper()
	if theirs.Code != 0 || own.Code != 0 {
		t.Fatalf("unshare: %d %s\nwe: %d %s", theirs.Code, theirs.Stderr, own.Code, own.Stderr)
	}
	if differs == "" {
		if own.Stdout != theirs.Stdout {
			t.Errorf("got\n%sunshare has\n%s", own.Stdout, theirs.Stdout)
		}
		return
	}
	users, rest, _ := strings.Cut(own.Stdout, "\n\n")
	lines := strings.Split(users, "\n")
	if last := strings.Join(strings.Fields(lines[len(lines)-1]), " "); last != differs {
		t.Errorf("the last line is %q, want %q", last, differs)
	}
	_, theirRest, _ := strings.Cut(theirs.Stdout, "\n\n")
	_, rest, _ = strings.Cut(rest, "\n\n")
	if _, theirRest, _ = strings.Cut(theirRest, "\n\n"); rest != theirRest {
		t.Errorf("setgroups and ids are %q, and %q with unshare", rest, theirRest)
	}
}
