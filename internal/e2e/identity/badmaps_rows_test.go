//go:build linux

package identity_test

import (
	"fmt"
	"strings"
)

// Who may map what, as a message says it.
const (
	userUsers  = "; user nsk (uid 54321) may map 54321, 100000-165535"
	userGroups = "; user nsk (gid 54321) may map 54321, 200000-265535"
	rootAll    = "; the ids of this user namespace are 0-4294967294"
)

const notARange = " is not INNER:OUTER:COUNT, auto, subids or all"

// badWords can be told from the options alone.
var badWords = []badMap{
	{why: "no map at all", options: "--map-users ''", lines: []string{"option --map-users: INNER:OUTER:COUNT|auto|subids|all is empty"}},
	{why: "two numbers", options: "--map-users 0:0", lines: []string{"option --map-users: 0:0" + notARange}},
	{why: "four numbers", options: "--map-users 0:0:1:1", lines: []string{"option --map-users: 0:0:1:1" + notARange}},
	{why: "two separators", options: "--map-users 0:0,1", lines: []string{"option --map-users: 0:0,1" + notARange}},
	{why: "an unknown word", options: "--map-users everything", lines: []string{"option --map-users: everything" + notARange}},
	{why: "a space", options: "--map-users 0:0:1_", lines: []string{`option --map-users: "0:0:1 " is not INNER:OUTER:COUNT: "1 " is no decimal number from 0 to 4294967295`}},
	{why: "a negative number", options: "--map-users 0:-1:1", lines: []string{"option --map-users: 0:-1:1" + noNumber("-1")}},
	{why: "a plus sign", options: "--map-users +0:0:1", lines: []string{"option --map-users: +0:0:1" + noNumber("+0")}},
	{why: "a number that could be octal", options: "--map-users 010:0:1", lines: []string{"option --map-users: 010:0:1" + noNumber("010")}},
	{why: "a hexadecimal number", options: "--map-groups 0x0:0:1", lines: []string{"option --map-groups: 0x0:0:1" + noNumber("0x0")}},
	{why: "2^32", options: "--map-users 0:4294967296:1", lines: []string{"option --map-users: 0:4294967296:1" + noNumber("4294967296")}},
	{why: "2^64+1", options: "--map-users 0:0:18446744073709551617", lines: []string{"option --map-users: 0:0:18446744073709551617" + noNumber("18446744073709551617")}},
	{why: "a user that is neither number nor name", options: "--map-user 1x", lines: []string{"option --map-user: 1x" + noID}},
	{why: "the id that is none", options: "--map-user 4294967295", lines: []string{"option --map-user: 4294967295" + noID}},
	{why: "an unknown user", options: "--map-user carol", caller: user, lines: []string{"there is no user carol in /etc/passwd"}},
	{why: "an unknown group", options: "--map-group carol", caller: user, lines: []string{"there is no group carol in /etc/group"}},
}

const noID = " is neither an id, a decimal number from 0 to 4294967294, nor a name"

func noNumber(word string) string {
	return " is not INNER:OUTER:COUNT: " + word + " is no decimal number from 0 to 4294967295"
}

var badMaps = []badMap{
	// A range by itself.
	{why: "no id", options: "--map-users 0:0:0", lines: []string{"the uid map 0:0:0 has 0:0:0, which maps no id" + rootAll}},
	{why: "no id, by a user", options: "--map-groups 0:200000:0", caller: user, lines: []string{"the gid map 0:200000:0 has 0:200000:0, which maps no id" + userGroups}},
	{why: "one inner id too many", options: "--map-users 1:0:4294967295", lines: []string{past("uid", "1:0:4294967295", "inner") + rootAll}},
	{why: "one outer id too many", options: "--map-users 0:1:4294967295", lines: []string{past("uid", "0:1:4294967295", "outer") + rootAll}},
	{why: "2^32-1 as an inner id", options: "--map-users 4294967295:0:1", lines: []string{past("uid", "4294967295:0:1", "inner") + rootAll}},
	{why: "2^32-1 as an outer id", options: "--map-groups 0:4294967295:1", lines: []string{past("gid", "0:4294967295:1", "outer") + rootAll}},
	{why: "far past the end", options: "--map-users 100000:100000:4294900000", caller: user, lines: []string{past("uid", "100000:100000:4294900000", "inner") + userUsers}},

	// Ranges together.
	{why: "the same range twice", options: "--map-users 0:100000:5 --map-users 0:100000:5", caller: user, lines: []string{"the uid map 0:100000:5 0:100000:5 has the inner ids 0-4 twice" + userUsers}},
	{why: "one inner id twice", options: "--map-users 0:100000:5 --map-users 4:100005:5", caller: user, lines: []string{"the uid map 0:100000:5 4:100005:5 has the inner id 4 twice" + userUsers}},
	{why: "one outer id twice", options: "--map-users 0:100000:5 --map-users 5:100004:5", caller: user, lines: []string{"the uid map 0:100000:5 5:100004:5 has the outer id 100004 twice" + userUsers}},
	{why: "a range in another", options: "--map-groups 0:0:4294967295 --map-groups 5:4294967294:1", lines: []string{"the gid map 0:0:4294967295 5:4294967294:1 has the inner id 5 twice" + rootAll}},
	{why: "two automatic ones", options: "--map-auto --map-users auto", caller: user, lines: []string{"the uid map 0:100000:65536 0:100000:65536 has the inner ids 0-65535 twice" + userUsers}},
	{why: "automatic and subids", options: "--map-auto --map-subids", caller: user, lines: []string{"the uid map 0:100000:65536 100000:100000:65536 has the outer ids 100000-165535 twice" + userUsers}},
	{why: "all, and one more", options: "--map-users all --map-users 0:0:1", lines: []string{"the uid map 0:0:4294967295 0:0:1 has the inner id 0 twice" + rootAll}},
	{why: "341 lines", options: many(341, 0, 2), lines: []string{"the uid map 0:0:1 2:2:1 4:4:1 6:6:1 8:8:1 10:10:1 12:12:1 14:14:1 ... (341 lines) has 341 lines, more than the 340 that Linux takes" + rootAll}},
	{why: "a page of text", options: many(205, 100000000, 1000),
		lines: []string{"the uid map 100000000:100000000:1 100001000:100001000:1 100002000:100002000:1 100003000:100003000:1 100004000:100004000:1 100005000:100005000:1 100006000:100006000:1 100007000:100007000:1 ... (205 lines) has 4510 bytes as text, more than the 4095 that Linux takes (less than a page)" + rootAll}},

	// Ids of others.
	{why: "root's, by a user", options: "--map-users 0:0:1", caller: user, lines: []string{"the uid map 0:0:1 asks for the outer id 0" + userUsers}},
	{why: "all, by a user", options: "--map-groups all", caller: user, lines: []string{"the gid map 0:0:4294967295 asks for the outer ids 0-54320" + userGroups}},
	{why: "one more than one's own", options: "--map-users 0:54321:2", caller: user, lines: []string{"the uid map 0:54321:2 asks for the outer id 54322" + userUsers}},
	{why: "one more than one's subordinate ids", options: "--map-users 0:100000:65537", caller: user, lines: []string{"the uid map 0:100000:65537 asks for the outer id 165536" + userUsers}},
	{why: "another user's subordinate ids", options: "-r --map-users 1:300000:10", caller: user, lines: []string{"the uid map 0:54321:1 1:300000:10 asks for the outer ids 300000-300009" + userUsers}},
	{why: "another user's group ids by --userns-remap", options: "--userns-remap root", caller: user, lines: []string{"the uid map 0:300000:65536 asks for the outer ids 300000-365535" + userUsers}},
	{why: "between two ranges", options: "--map-users 0:100000:60", caller: user, subuid: "nsk:100000:20\nnsk:100040:20\n",
		lines: []string{"the uid map 0:100000:60 asks for the outer ids 100020-100039; user nsk (uid 54321) may map 54321, 100000-100019, 100040-100059"}},
	{why: "ids that a nested user namespace lacks", options: "--map-users 0:0:65538", caller: inside("-r", "--map-auto"),
		lines: []string{"the uid map 0:0:65538 asks for the outer id 65537; the ids of this user namespace are 0, 1-65536"}},

	// Nobody's.
	{why: "no entry", options: "--map-auto", caller: poor, lines: noEntry("user poor (2000)", "user", "/etc/subuid", "poor:365536:65536")},
	{why: "no entry for groups", options: "-r --map-auto", caller: user, subgid: "root:400000:65536\n", lines: noEntry("user nsk (54321)", "group", "/etc/subgid", "nsk:465536:65536")},
	{why: "no entry, no name", options: "--map-subids", caller: nameless, lines: noEntry("user 2001", "user", "/etc/subuid", "2001:365536:65536")},
	{why: "an entry that is none", options: "--map-auto", caller: user, subuid: "nsk:100000:0\nnsk:-1:5\nnsk:1:2:3\n", lines: noEntry("user nsk (54321)", "user", "/etc/subuid", "nsk:100000:65536")},
	{why: "a remapped user without an entry", options: "--userns-remap poor", lines: noEntry("user poor (2000)", "user", "/etc/subuid", "poor:365536:65536")},
	{why: "a remapped user that is unknown", options: "--userns-remap carol", lines: noEntry("user carol", "user", "/etc/subuid", "carol:365536:65536")},

	// setgroups.
	{why: "setgroups for one's own group", options: "-r --setgroups allow", caller: user, lines: []string{ownGroup("0:54321:1")}},
	{why: "setgroups for one's own group, by root", options: "-c --setgroups allow", lines: []string{ownGroup("0:0:1")}},
	{why: "setgroups for one's own group in a range", options: "--map-groups 0:54321:1 --setgroups allow", caller: user, lines: []string{ownGroup("0:54321:1")}},
}

func past(id, m, side string) string {
	return "the " + id + " map " + m + " has " + m + ", which goes past the last " + side + " id, 4294967294"
}

func ownGroup(m string) string {
	return "--setgroups=allow and the gid map " + m + " exclude each other: the caller's own group alone is mapped only when setgroups is denied"
}

func noEntry(who, what, file, line string) []string {
	return []string{who + " has no subordinate " + what + " ids in " + file, "hint: as root, add a line to that file: " + line}
}

// many are options for n ranges of one id, each so far behind the one before.
func many(n, first, step int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " --map-users %[1]d:%[1]d:1", first+step*i)
	}
	return b.String()
}
