//go:build linux

package mounts_test

import (
	"os"
	"strings"
	"testing"
)

// A command that cannot be executed leaves no mount point that was made for it, and no
// source.
func TestCommandCannotBeExecuted(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			write(t, path+"/usr/text", "no program\n")
			write(t, path+"/usr/script", "#!/not/there\n")
			fatal(t, os.Chmod(path+"/usr/script", 0o755))
			fatal(t, os.Remove(path+"/dev"))
			fatal(t, os.Remove(path+"/sys"))
			c.mkdir(t, h.dir, "src")
			c.mkdir(t, h.dir, "src/inner")
			work := c.mkdir(t, h.dir, "work")
			defer os.RemoveAll(h.dir + "/src")
			defer os.RemoveAll(work)
			check := unchanged(t, h.dir)
			for _, row := range []struct {
				command string
				code    int
				lines   []string
			}{
				{"nothing-like-it", 127, []string{"execute nothing-like-it: " + noEntry}},
				{"/usr/nothing", 127, []string{"execute /usr/nothing: " + noEntry}},
				{"/usr/text", 126, []string{"execute /usr/text: permission denied (EACCES)"}},
				{"/usr", 126, []string{"execute /usr: permission denied (EACCES)"}},
				{"/usr/script", 127, []string{"execute /usr/script: " + noEntry, "hint: *"}},
			} {
				t.Run(row.command, func(t *testing.T) {
					c.in(work).fails(t, row.code, append(split(
						"-v ../src:/a/b/c -v ../src/inner:/a/b/c/inner --tmpfs /t/u -v new/er:/data:create"), "../rootfs", row.command), row.lines...)
					check(t, row.command)
				})
			}
			for _, options := range []string{
				"-p -v ../src:/x/y --tmpfs /x/y/z --ro", "-f -v ../src:/x/y --ro --no-pivot",
				"--overlay -v ../src:/x/y", "--overlay=new -v ../src:/x/y",
			} {
				if h.name == "on an overlay" && strings.Contains(options, "new") {
					continue // which cannot hold a layer
				}
				t.Run(options, func(t *testing.T) {
					c.in(work).fails(t, 127, append(split(options), "../rootfs", "/usr/nothing"), "execute /usr/nothing: "+noEntry)
					check(t, options)
				})
			}
		})
	})
}
