//go:build linux

package nsfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestInodeIsTheNumberInTheName(t *testing.T) {
	for _, kind := range Kinds {
		if !Supported(kind) {
			continue
		}
		path := "/proc/self/ns/" + kind.String()
		link, err := os.Readlink(path)
		if err != nil {
			t.Fatal(err)
		}
		dev, ino, err := Inode(path)
		if name := fmt.Sprintf("%v:[%d]", kind, ino); err != nil || dev == 0 || name != link {
			t.Errorf("Inode(%s) = %d, %d, %v; want %s", path, dev, ino, err, link)
		}
	}
}

func TestInodeOfWhatIsMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing")
	_, _, err := Inode(path)
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) || pathErr.Path != path || !errors.Is(err, unix.ENOENT) {
		t.Errorf("error %v, want a PathError with ENOENT", err)
	}
}
