//go:build linux

package identity_test

import (
	"os"
	"testing"
)

// What an administrator has done by hand: the command is user 100 to itself, and 200 to the
// machine, with the rights of 200 over files and no more.
func TestOneOtherUser(t *testing.T) {
	const options = "--map-users 100:200:1 --map-groups 100:200:1 --setgroups deny -S 100 -G 100"
	onHost(t, func(t *testing.T) {
		mkdir(t, "/mnt/files")
		fatal(t, os.Chmod("/mnt/files", 0o777|os.ModeSticky)) // as /tmp: one's own files only can be removed
		owned(t, "/mnt/files/own", "of 200\n", 200, 200)
		owned(t, "/mnt/files/roots", "of root\n", 0, 0)

		root.with(7, 8).prints(t, options, "id; grep ^Groups: /proc/self/status; cat /proc/self/setgroups",
			"uid=100 gid=100 groups=100 Groups: deny")
		root.prints(t, options, "cat /proc/self/uid_map /proc/self/gid_map", "100 200 1 100 200 1")
		root.prints(t, options, "stat -c %u:%g /mnt/files/own /mnt/files/roots", "100:100 65534:65534")
		root.prints(t, options, `
			echo changed >>/mnt/files/own && cat /mnt/files/own && rm /mnt/files/own && echo removed
			echo changed 2>&- >>/mnt/files/roots || echo not changed
			rm -f /mnt/files/roots 2>&- || echo not removed
			chown 100 /mnt/files/roots 2>&- || echo not taken
			echo new >/mnt/files/new`, "of 200 changed removed not changed not removed not taken")
		root.prints(t, "", "stat -c %u:%g /mnt/files/new; cat /mnt/files/roots", "200:200 of root")

		// In a root file system of its own, too.
		rootfs(t, "rootfs", 200, 200)
		root.prints(t, options+" --all rootfs", "id -u; touch /new && stat -c %u:%g /new /etc; echo $$", "100 100:100 100:100 1")
		root.prints(t, "", "stat -c %u:%g /mnt/rootfs/new", "200:200")

		// No plain user may do that.
		user.refused(t, options, "the uid map 100:200:1 asks for the outer id 200"+userUsers)
	})
}
