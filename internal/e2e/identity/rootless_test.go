//go:build linux

package identity_test

import (
	"os"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// What a plain user gets without any privilege, in a root file system of its own.
func TestRootless(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "own", nstest.UserID, nstest.UserID)
		mkdir(t, "/mnt/data")
		owned(t, "/mnt/data/file", "from outside\n", nstest.UserID, nstest.UserID)
		mkdir(t, "/mnt/layer")
		fatal(t, os.Chown("/mnt/layer", nstest.UserID, nstest.UserID))
		for _, row := range []struct{ options, script, want string }{
			{"--all own", "id -u; id -g; echo $$", "0 0 1"},
			{"--all own", "echo x >/new && stat -c %u /new && rm /new", "0"},
			{"--all --map-auto -r own", "id -u; cat /proc/self/uid_map", "0 0 54321 1 1 100000 65536"},
			{"--all --map-auto -r own", "touch /new && chown 1000:1000 /new && stat -c %u:%g /new && rm /new", "1000:1000"},
			{"--all -r own", "touch /new; chown 1000:1000 /new 2>&- || echo no such id; rm /new", "no such id"},
			{"--overlay own", "echo x >/etc/new && rm /etc/passwd && ls /etc", "group new"},
			{"--overlay --map-auto -r own", "touch /new && chown 5:5 /new && stat -c %u:%g /new", "5:5"},
			{"--overlay=layer own", "echo kept >/kept", ""},
			{"--overlay=layer own", "cat /kept", "kept"},
			{"own", "ls /etc; ls /kept 2>&- || echo no /kept", "group passwd no /kept"},
			{"--net own", "grep -c : /proc/net/dev", "1"},
			{"-v /mnt/data:/tmp own", "cat /tmp/file; echo changed >>/tmp/file", "from outside"},
			{"-v /mnt/data:/tmp:ro own", "cat /tmp/file; echo x 2>&- >>/tmp/file || echo read-only", "from outside changed read-only"},
			{"--fs tmpfs:none:/tmp:size=1m own", "grep ' /tmp ' /proc/self/mounts | tr ' ' '\\n' | grep -c tmpfs; echo x >/tmp/x", "1"},
			{"--tmpfs /run own", "echo x >/run/x && cat /run/x", "x"},
			{"--hostname inside own", "cat /proc/sys/kernel/hostname", "inside"},
			{"--all --hostname inside --overlay -v /mnt/data:/tmp --tmpfs /run --map-auto -r own", "id -u; ls /tmp; cat /proc/sys/kernel/hostname", "0 file inside"},
		} {
			t.Run(row.options, func(t *testing.T) {
				user.prints(t, row.options, row.script, row.want)
			})
		}
		noneRuns(t)
	})
}

// A root file system that belongs to the user's subordinate ids, as those who unpack images
// make it, is root's inside.
func TestRootfsOfSubordinateIDs(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "sub", 100000, 200000)
		const show = "id -u; id -g; stat -c %u:%g /etc /etc/passwd"
		// The caller is root, and its subordinate ids begin with 1.
		user.prints(t, "--all --map-auto -r sub", show, "0 0 1:1 1:1")
		user.prints(t, "--all --map-auto -r sub", "echo x >>/etc/passwd && rm /etc/group && touch /etc/group && stat -c %u:%g /etc/group", "0:0")
		// The first subordinate id is root.
		const files = "echo x >>/etc/passwd && rm /etc/group && touch /etc/group && stat -c %u:%g /etc/group"
		for _, row := range []struct {
			caller  caller
			options string
		}{
			{user, "--all --map-auto -S 0 -G 0 sub"},
			{user, "--map-auto -S 0 -G 0 --mnt --pid sub"},
			{user, "--all --userns-remap nsk -S 0 -G 0 sub"},
			{root, "--all --userns-remap nsk -S 0 -G 0 sub"},
			{root, "--all --map-users 0:100000:65536 --map-groups 0:200000:65536 -S 0 -G 0 sub"},
			{root, "--all --map-users 0:100000:65536 --map-groups 0:200000:65536 -S 0 -G 0 --overlay sub"},
		} {
			chownAll(t, "/mnt/sub", 100000, 200000)
			row.caller.prints(t, row.options, show, "0 0 0:0 0:0")
			row.caller.prints(t, row.options, files, "0:0")
		}
		// Without them it is nobody, as with unshare(1).
		user.prints(t, "--all --map-auto sub", "id -u; id -g; stat -c %u:%g /etc; touch /new 2>&- || echo not to be changed", "65534 65534 0:0 not to be changed")
		// Not the ids of the files: they are nobody's, and cannot be written to.
		user.prints(t, "--all -r sub", "stat -c %u:%g /etc; echo x 2>&- >/etc/new || echo not to be changed", "65534:65534 not to be changed")
	})
}

func TestUsernsRemap(t *testing.T) {
	onHost(t, func(t *testing.T) {
		const show = "cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u"
		// As a container of Docker's daemon, the command is root inside.
		root.prints(t, "--userns-remap nsk", show, "0 100000 65536 0 200000 65536 allow 0")
		root.prints(t, "--userns-remap root", show, "0 300000 65536 0 400000 65536 allow 0")
		root.prints(t, "--userns-remap 54321", show, "0 100000 65536 0 200000 65536 allow 0")
		user.prints(t, "--userns-remap nsk", show, "0 100000 65536 0 200000 65536 allow 0")
		root.with(7, 8).prints(t, "--userns-remap nsk", identity, "0 0 0 0")
		changed(t, "subuid", "nsk:100000:10\nroot:300000:65536\nnsk:500000:20\n")
		root.prints(t, "--userns-remap nsk -S 29", show, "0 100000 10 10 500000 20 0 200000 65536 allow 29")
	})
}
