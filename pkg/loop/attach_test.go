//go:build linux

package loop

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAttachShowsTheAskedPartOfTheFile(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for _, row := range []struct {
			why             string
			open            int
			o               Options
			content         []byte // the number in each page
			sysRO, autocler string
		}{
			{"the whole file", unix.O_RDWR, Options{}, []byte{1, 2, 3, 4}, "0", "1"},
			{"read-only", unix.O_RDWR, Options{ReadOnly: true}, []byte{1, 2, 3, 4}, "1", "1"},
			{"a file that is open for reading", unix.O_RDONLY, Options{}, []byte{1, 2, 3, 4}, "1", "1"},
			{"from an offset to the end", unix.O_RDWR, Options{Offset: 4096}, []byte{2, 3, 4}, "0", "1"},
			{"a part", unix.O_RDWR, Options{Offset: 4096, SizeLimit: 8192, ReadOnly: true}, []byte{2, 3}, "1", "1"},
		} {
			path := image(t, t.TempDir()+"/image")
			d, err := Attach(open(t, path, row.open), row.o)
			if err != nil {
				t.Errorf("%s: %v", row.why, err)
				continue
			}
			content, err := os.ReadFile(d.Path)
			fatal(t, err)
			if got := pages(t, content); !bytes.Equal(got, row.content) {
				t.Errorf("%s: the device has the pages %v, want %v", row.why, got, row.content)
			}
			if got := sysfs(d.Path, "ro"); got != row.sysRO {
				t.Errorf("%s: ro is %q", row.why, got)
			}
			if got := sysfs(d.Path, "loop/autoclear"); got != row.autocler {
				t.Errorf("%s: autoclear is %q", row.why, got)
			}
			if got := sysfs(d.Path, "loop/backing_file"); got != path {
				t.Errorf("%s: the file is %q, want %q", row.why, got, path)
			}
			fatal(t, d.Close())
			wantGone(t, path)
		}
	})
}

// pages are the numbers that the pages are full of.
func pages(t *testing.T, content []byte) []byte {
	t.Helper()
	var numbers []byte
	for len(content) >= 4096 {
		numbers = append(numbers, content[0])
		if !bytes.Equal(content[:4096], bytes.Repeat(content[:1], 4096)) {
			t.Errorf("page %d is not full of %d", len(numbers), content[0])
		}
		content = content[4096:]
	}
	if len(content) > 0 {
		t.Errorf("%d bytes after the last page", len(content))
	}
	return numbers
}

func TestWritingTheDeviceWritesTheFile(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		path := image(t, t.TempDir()+"/image")
		d, err := Attach(open(t, path, unix.O_RDWR), Options{Offset: 4096})
		fatal(t, err)
		fatal(t, os.WriteFile(d.Path, bytes.Repeat([]byte{9}, 4096), 0))
		fd := open(t, d.Path, unix.O_RDONLY)
		fatal(t, unix.Fsync(fd))
		unix.Close(fd)
		fatal(t, d.Close())
		wantGone(t, path)
		content, err := os.ReadFile(path)
		fatal(t, err)
		if got := pages(t, content); !bytes.Equal(got, []byte{1, 9, 3, 4}) {
			t.Errorf("the file has the pages %v", got)
		}
	})
}

func TestTheNameIsCutToWhatTheStructureHolds(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		path := image(t, t.TempDir()+"/"+strings.Repeat("long name ", 10))
		d, err := Attach(open(t, path, unix.O_RDWR), Options{})
		fatal(t, err)
		defer d.Close()
		info, err := unix.IoctlLoopGetStatus64(d.fd)
		fatal(t, err)
		if got := unix.ByteSliceToString(info.File_name[:]); got != path[:63] {
			t.Errorf("the name is %q, want %q", got, path[:63])
		}
	})
}

func TestAttachRefusesWhatIsNoFile(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		call := map[bool]string{false: "LOOP_CONFIGURE, {fd=", true: "LOOP_SET_FD, "}[forceOldAPI]
		for _, row := range []struct {
			why  string
			file int
			call string
			want error
		}{
			{"a directory", open(t, t.TempDir(), unix.O_RDONLY), "LOOP_SET_FD, ", unix.EINVAL},
			{"a descriptor that is not open", 999, call, unix.EBADF},
		} {
			_, err := Attach(row.file, Options{ReadOnly: true})
			if !errors.Is(err, row.want) || !strings.Contains(err.Error(), row.call) {
				t.Errorf("%s: got %v, want %s and %v", row.why, err, row.call, row.want)
			}
		}
	})
}

// The file must not stay on the device of the first of two calls when the second fails.
func TestAFailureOfTheSecondCallDetachesTheFile(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		path := image(t, t.TempDir()+"/image")
		_, err := Attach(open(t, path, unix.O_RDWR), Options{Offset: 1 << 63})
		if !errors.Is(err, unix.EOVERFLOW) || !strings.Contains(err.Error(), "lo_offset=9223372036854775808") {
			t.Errorf("got %v", err)
		}
		if left := attached(path); len(left) > 0 {
			t.Errorf("still attached: %v", left)
		}
	})
}
