//go:build linux

package identity_test

import (
	"os"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// An id-mapped volume shows its files with the ids that they have outside, and new ones get
// there the ids that the command has inside.
func TestMappedVolumes(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "rootfs", 0, 0)
		mkdir(t, "/mnt/rootfs/data")
		mkdir(t, "/mnt/files")
		mkdir(t, "/mnt/data")
		owned(t, "/mnt/files/roots", "", 0, 0)
		owned(t, "/mnt/files/users", "", 1000, 1000)
		const show = "; stat -c %u:%g roots users; touch new; stat -c %u:%g new; chown 7:8 new && stat -c %u:%g new"
		for _, row := range []struct{ options, dir, want string }{
			{"--map-users 0:100000:65536 --map-groups 0:200000:65536 -S 0 -G 0 -v /mnt/files:/mnt/data:idmap", "/mnt/data", "0:0 7:8"},
			{"--map-auto -S 0 -G 0 -v /mnt/files:/mnt/data:idmap", "/mnt/data", "0:0 7:8"},
			{"--userns-remap nsk -S 0 -G 0 -v /mnt/files:/mnt/data:idmap", "/mnt/data", "0:0 7:8"},
			{"-r --map-auto -v /mnt/files:/data:idmap rootfs", "/data", "0:0 7:8"},
			{"-r --map-auto --all -v files:/data:idmap rootfs", "/data", "0:0 7:8"},
		} {
			t.Run(row.options, func(t *testing.T) {
				root.prints(t, row.options, "cd "+row.dir+show, "0:0 1000:1000 "+row.want)
				root.prints(t, "", "stat -c %u:%g /mnt/files/new", "7:8")
				fatal(t, os.Remove("/mnt/files/new"))
			})
		}
		// Without the option the files are those of nobody, or of whose they are.
		root.prints(t, "--map-auto -S 0 -G 0 -v /mnt/files:/mnt/data", "stat -c %u:%g /mnt/data/roots /mnt/data/users", "65534:65534 65534:65534")
		root.prints(t, "--map-auto -r -v /mnt/files:/mnt/data", "stat -c %u:%g /mnt/data/roots /mnt/data/users", "0:0 65534:65534")
		// Only who could mount the file system may map it.
		r := user.run(t, "--map-auto", "-r", "-v", "/mnt/files:/mnt/data:idmap", "true")
		if r.Code != 125 || !contains(r.Stderr, "mount --volume /mnt/files:/mnt/data:idmap: ", "(EPERM)", "\nnsrun: hint: an id-mapped mount needs CAP_SYS_ADMIN") {
			t.Errorf("by a plain user: status %d, %s", r.Code, r.Stderr)
		}
	})
}

// Of a volume that is the user's own the files are root's inside.
func TestVolumesOfTheUser(t *testing.T) {
	onHost(t, func(t *testing.T) {
		mkdir(t, "/mnt/data")
		owned(t, "/mnt/data/own", "", nstest.UserID, nstest.UserID)
		owned(t, "/mnt/data/sub", "", 100004, 200004)
		owned(t, "/mnt/data/roots", "", 0, 0)
		const show = "cd /mnt/data; stat -c %u:%g own sub roots"
		user.prints(t, "-r -v /mnt/data:/mnt/data", show, "0:0 65534:65534 65534:65534")
		user.prints(t, "-r --map-auto -v /mnt/data:/mnt/data", show, "0:0 5:5 65534:65534")
		user.prints(t, "-c -v /mnt/data:/mnt/data", show, "54321:54321 65534:65534 65534:65534")
	})
}
