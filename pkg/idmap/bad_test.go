//go:build linux

package idmap

import (
	"fmt"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
)

// What alice, 1000, and root own on the plain system, as a message shows it.
const (
	aliceUsers  = "user alice (uid 1000) may map 1000, 100000-165535"
	aliceGroups = "user alice (gid 1000) may map 1000, 200000-265535"
	rootAll     = "the ids of this user namespace are 0-4294967294"
)

// badMap is a row of the table of maps that are refused, all as errors of usage.
type badMap struct {
	why     string
	options string
	id      uint32 // of the caller, 1000 or 0
	change  files  // to the plain system
	want    []string
}

var badMaps = []badMap{
	// The options.
	{"no map at all", "--map-users ''", 0, nil, []string{`"" is not INNER:OUTER:COUNT`}},
	{"two numbers", "--map-users 0:0", 0, nil, []string{"0:0 is not INNER:OUTER:COUNT"}},
	{"four numbers", "--map-users 0:0:1:1", 0, nil, []string{"0:0:1:1 is not INNER:OUTER:COUNT"}},
	{"two separators", "--map-users 0:0,1", 0, nil, []string{"is not INNER:OUTER:COUNT"}},
	{"a negative number", "--map-users 0:-1:1", 0, nil, []string{"-1 is no decimal number"}},
	{"a plus sign", "--map-users +0:0:1", 0, nil, []string{"+0 is no decimal number"}},
	{"a number that could be octal", "--map-users 010:0:1", 0, nil, []string{"010 is no decimal number"}},
	{"a hexadecimal number", "--map-groups 0x0:0:1", 0, nil, []string{"0x0 is no decimal number"}},
	{"2^32", "--map-users 0:4294967296:1", 0, nil, []string{"4294967296 is no decimal number from 0 to 4294967295"}},
	{"2^64+1", "--map-users 0:0:18446744073709551617", 0, nil, []string{"18446744073709551617 is no decimal number"}},
	{"an unknown word", "--map-users everything", 0, nil, []string{"everything is not INNER:OUTER:COUNT, auto, subids or all"}},
	{"a user that is neither number nor name", "--map-user 1x", 0, nil, []string{"1x is neither an id"}},
	{"the id that is none", "--map-user 4294967295", 0, nil, []string{"4294967295 is neither an id"}},
	{"an unknown user", "--map-user carol", 1000, nil, []string{"there is no user carol in /etc/passwd"}},
	{"an unknown group", "--map-group carol", 1000, nil, []string{"there is no group carol in /etc/group"}},

	// A range by itself.
	{"no id", "--map-users 0:0:0", 0, nil, []string{"the uid map 0:0:0 has 0:0:0, which maps no id", rootAll}},
	{"no id, as a user", "--map-groups 0:200000:0", 1000, nil, []string{"the gid map 0:200000:0", "maps no id", aliceGroups}},
	{"one inner id too many", "--map-users 1:0:4294967295", 0, nil, []string{"1:0:4294967295, which goes past the last inner id, 4294967294", rootAll}},
	{"one outer id too many", "--map-users 0:1:4294967295", 0, nil, []string{"goes past the last outer id, 4294967294", rootAll}},
	{"2^32-1 as an inner id", "--map-users 4294967295:0:1", 0, nil, []string{"goes past the last inner id", rootAll}},
	{"2^32-1 as an outer id", "--map-groups 0:4294967295:1", 0, nil, []string{"goes past the last outer id", rootAll}},
	{"far past the end", "--map-users 100000:100000:4294900000", 1000, nil, []string{"goes past the last inner id", aliceUsers}},

	// Ranges together.
	{"the same range twice", "--map-users 0:100000:5 --map-users 0:100000:5", 1000, nil, []string{"the uid map 0:100000:5 0:100000:5 has the inner ids 0-4 twice", aliceUsers}},
	{"one inner id twice", "--map-users 0:100000:5 --map-users 4:100005:5", 1000, nil, []string{"has the inner id 4 twice", aliceUsers}},
	{"one outer id twice", "--map-users 0:100000:5 --map-users 5:100004:5", 1000, nil, []string{"has the outer id 100004 twice", aliceUsers}},
	{"a range in another", "--map-groups 0:0:4294967295 --map-groups 5:4294967294:1", 0, nil, []string{"has the inner id 5 twice", rootAll}},
	{"two automatic ones", "--map-auto --map-users auto", 1000, nil, []string{"has the inner ids 0-65535 twice", aliceUsers}},
	{"automatic and subids", "--map-auto --map-subids", 1000, nil, []string{"has the outer ids 100000-165535 twice", aliceUsers}},
	{"all, and one more", "--map-users all --map-users 0:0:1", 0, nil, []string{"has the inner id 0 twice", rootAll}},
	{"341 lines", many(341, 2), 0, nil, []string{"0:0:1 2:2:1", "... (341 lines) has 341 lines, more than the 340 that Linux takes", rootAll}},
	{"a page of text", wide(300), 0, nil, []string{"(300 lines) has ", "bytes as text, more than the 4095 that Linux takes", rootAll}},

	// Ids of others.
	{"root, by a user", "--map-users 0:0:1", 1000, nil, []string{"the uid map 0:0:1 asks for the outer id 0", aliceUsers}},
	{"all, by a user", "--map-groups all", 1000, nil, []string{"asks for the outer ids 0-999", aliceGroups}},
	{"one more than one's own", "--map-users 0:1000:2", 1000, nil, []string{"asks for the outer id 1001", aliceUsers}},
	{"one more than one's subordinate ids", "--map-users 0:100000:65537", 1000, nil, []string{"asks for the outer id 165536", aliceUsers}},
	{"another user's subordinate ids", "-r --map-users 1:300000:10", 1000, nil, []string{"the uid map 0:1000:1 1:300000:10 asks for the outer ids 300000-300009", aliceUsers}},
	{"between two ranges", "--map-users 0:100000:60", 1000, files{"etc/subuid": "alice:100000:20\nalice:100040:20\n"},
		[]string{"asks for the outer ids 100020-100039", "may map 1000, 100000-100019, 100040-100059"}},
	{"ids that a nested user namespace lacks", "--map-users 0:0:65538", 0, files{"proc/self/uid_map": nested}, []string{"asks for the outer id 65537", "the ids of this user namespace are 0, 1-65536"}},
	{"any id of a user namespace without a map", "--map-users all", 0, files{"proc/self/uid_map": ""}, []string{"has no user ids that could be mapped"}},
	{"no entry", "--map-auto", 1000, files{"etc/subuid": "bob:300000:65536\n"}, []string{"user alice (1000) has no subordinate user ids in /etc/subuid"}},
	{"no entry for groups", "-r --map-auto", 1000, files{"etc/subgid": "-"}, []string{"user alice (1000) has no subordinate group ids in /etc/subgid"}},

	// setgroups.
	{"setgroups for one's own group", "-r --setgroups allow", 1000, nil, []string{"--setgroups=allow and the gid map 0:1000:1 exclude each other"}},
	{"setgroups for one's own group, by root", "-c --setgroups allow", 0, nil, []string{"--setgroups=allow and the gid map 0:0:1 exclude each other"}},
	{"setgroups for one's own group in a range", "--map-groups 0:1000:1 --setgroups allow", 1000, nil, []string{"--setgroups=allow and the gid map 0:1000:1 exclude each other"}},
}

// wide are options for n ranges whose numbers have ten digits.
func wide(n int) string {
	var b strings.Builder
	for i := range n {
		id := 4000000000 + 2*i
		fmt.Fprintf(&b, " --map-users %d:%d:1", id, id)
	}
	return b.String()
}

func TestBadMaps(t *testing.T) {
	if len(badMaps) < 40 {
		t.Errorf("only %d rows", len(badMaps))
	}
	for _, row := range badMaps {
		t.Run(row.why, func(t *testing.T) {
			o, err := parse(row.options)
			if err == nil {
				_, err = on(t, plain.with(row.change), row.id).build(o)
			}
			refused(t, err, row.want...)
		})
	}
}

// refused wants an error of usage in one line.
func refused(t *testing.T, err error, want ...string) {
	t.Helper()
	if !diag.IsUsage(err) {
		t.Fatalf("got %v", err)
	}
	if len(err.Error()) > 500 {
		t.Errorf("%d bytes are a lot: %v", len(err.Error()), err)
	}
	says(t, err.Error(), want...)
}

func TestFewerLinesBeforeLinux415(t *testing.T) {
	c := on(t, plain, 0)
	c.lines = maxLinesOld
	o, err := parse(many(6, 2))
	fatal(t, err)
	_, err = c.build(o)
	refused(t, err, "has 6 lines, more than the 5 that Linux takes before 4.15", rootAll)
}
