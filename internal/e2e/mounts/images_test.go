//go:build linux

package mounts_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// makers make the file $2 with a file system that holds the directory $1; $3 is the
// prototype of it that mkfs.xfs takes.
var makers = []struct{ fstype, tool, command string }{
	{"ext4", "mke2fs", `truncate -s 12M "$2"; mke2fs -q -t ext4 -d "$1" "$2"`},
	{"xfs", "mkfs.xfs", `truncate -s 300M "$2"; mkfs.xfs -q -p "$3" "$2"`},
	{"squashfs", "mksquashfs", `mksquashfs "$1" "$2" -quiet -no-progress -noI -noD`},
	{"erofs", "mkfs.erofs", `mkfs.erofs "$2" "$1" >/dev/null`},
}

// images makes one image of each kind, of a root file system with a /marker, once for all
// tests, and returns the directory. It is to be called above InChild, where the child
// comes by as well.
func images(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(filepath.Dir(nstest.Tool(t, "nsrun")), "images") // goes with the run
	if os.Mkdir(dir, 0o755) != nil {
		return dir
	}
	from := smallRootfs(t)
	write(t, dir+"/prototype", "/\n0 0\n"+prototype(t, from, from))
	for _, m := range makers {
		nstest.RequireCommand(t, m.tool)
		shell(t, "set -- "+from+" "+dir+"/"+m.fstype+" "+dir+"/prototype; "+m.command)
	}
	return dir
}

// prototype describes a directory as mkfs.xfs(8) wants it.
func prototype(t *testing.T, top, path string) string {
	t.Helper()
	entries, err := os.ReadDir(path)
	fatal(t, err)
	var text strings.Builder
	info, err := os.Stat(path)
	fatal(t, err)
	fmt.Fprintf(&text, "d--%03o 0 0\n", info.Mode().Perm())
	for _, e := range entries {
		full := filepath.Join(path, e.Name())
		info, err := e.Info()
		fatal(t, err)
		fmt.Fprintf(&text, "%s ", e.Name())
		switch info.Mode().Type() {
		case fs.ModeDir:
			text.WriteString(prototype(t, top, full))
		case fs.ModeSymlink:
			target, err := os.Readlink(full)
			fatal(t, err)
			fmt.Fprintf(&text, "l--777 0 0 %s\n", target)
		default:
			fmt.Fprintf(&text, "---%03o 0 0 %s\n", info.Mode().Perm(), full)
		}
	}
	return text.String() + "$\n"
}

// image is a copy of one that the caller may change.
func image(t *testing.T, fstype string, c caller) string {
	t.Helper()
	path := nstest.TempDir(t) + "/" + fstype + " image"
	shell(t, "cp --sparse=always "+images(t)+"/"+fstype+" '"+path+"'; chown "+c.owner()+" '"+path+"'")
	return path
}

// onHostWithImages is onHost where images are needed.
func onHostWithImages(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	nstest.RequireRoot(t)
	images(t)
	onHost(t, fn)
}
