//go:build linux

package identity_test

import (
	"strings"
	"testing"
)

// identity is what the tests look at.
const identity = `while read name a b c d; do case $name in Uid:|Gid:) echo $a $d;; Groups:) echo $a $b $c $d;; esac; done </proc/self/status`

// Names are those of the new root, whatever the machine calls so.
func TestNamesOfTheNewRoot(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "rootfs", 0, 0)
		write(t, "/mnt/rootfs/etc/passwd", "root:x:0:0::/:/bin/sh\nnsk:x:77:78::/:/bin/sh\nweb:x:33:34::/:/bin/sh\n")
		write(t, "/mnt/rootfs/etc/group", "root:x:0:\nnsk:x:79:\nstaff:x:51:web\nwww:x:34:\n")
		for _, row := range []struct{ options, want string }{
			{"-S nsk rootfs", "77 77 0 0"},
			{"-G nsk rootfs", "0 0 79 79"},
			{"-S web -G www rootfs", "33 33 34 34"},
			{"-S web -G www --groups staff,nsk,5 rootfs", "33 33 34 34 5 51 79"},
			{"-S 33 -G 34 rootfs", "33 33 34 34"},
			{"--root=rootfs -S web", "33 33 0 0"},
			{"--no-pivot -S web rootfs", "33 33 0 0"},
			{"--map-auto -r -S web -G www rootfs", "33 33 34 34"},
			// Without a new root they are the machine's.
			{"-S nsk -G staff", "54321 54321 50 50"},
			{"--map-users 0:0:65536 --map-groups 0:0:65536 -S nsk -G staff --groups poor", "54321 54321 50 50 2000"},
		} {
			root.prints(t, row.options, identity, row.want)
		}
		for _, row := range []struct{ options, what string }{
			{"-S poor rootfs", "user poor in /etc/passwd"},
			{"-G web rootfs", "group web in /etc/group"},
			{"--groups 5,poor rootfs", "group poor in /etc/group"},
		} {
			root.refused(t, row.options, "there is no "+row.what+" of the root file system",
				"hint: names are looked up in the root file system that the command gets; a number needs no entry")
		}
		root.refused(t, "-S nobody_knows", `option --setuid: "nobody knows"`+noID)
		root.refused(t, "-S carol", "there is no user carol in /etc/passwd")
	})
}

// CVE-2016-3697, CVE-2026-30892: a number is a number, whoever the root file system calls so,
// and what is neither is not taken for 0.
func TestNumbersAreNumbers(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "rootfs", 0, 0)
		write(t, "/mnt/rootfs/etc/passwd", "1:x:0:0::/:/bin/sh\n01:x:0:0::/:\n1abc:x:0:0::/:\n-1:x:0:0::/:\n0x10:x:0:0::/:\nnobody:x:65534:65534::/:\n")
		write(t, "/mnt/rootfs/etc/group", "1:x:0:\n01:x:0:\n1abc:x:0:\n-1:x:0:\n0x10:x:0:\nnobody:x:65534:\n")
		for _, id := range []struct{ word, want string }{{"1", "1"}, {"0", "0"}, {"nobody", "65534"}, {"4294967294", "4294967294"}} {
			root.prints(t, "-S "+id.word+" rootfs", identity, id.want+" "+id.want+" 0 0")
			root.prints(t, "-G "+id.word+" rootfs", identity, "0 0 "+id.want+" "+id.want)
			root.prints(t, "--groups "+id.word+" rootfs", identity, "0 0 0 0 "+id.want)
		}
		for _, word := range []string{"01", "1:2", "0x10", "_1", "1_", "1abc", "-1", "+1", "4294967295", "4294967296", "18446744073709551616"} {
			shown := word
			if strings.Contains(word, "_") {
				shown = `"` + strings.ReplaceAll(word, "_", " ") + `"`
			}
			for option, long := range map[string]string{"-S": "setuid", "-G": "setgid", "--groups": "groups"} {
				root.refused(t, option+" "+word+" rootfs", "option --"+long+": "+shown+noID)
			}
		}
		root.refused(t, "-S '' rootfs", "option --setuid: UID|NAME is empty")
		root.refused(t, "-G '' rootfs", "option --setgid: GID|NAME is empty")
		root.refused(t, "--groups '' rootfs", "option --groups: GID|NAME,... is empty")
		root.refused(t, "--groups 1,,2 rootfs", `option --groups: ""`+noID)
	})
}
