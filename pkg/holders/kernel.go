//go:build linux

package holders

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// loops are the loop devices whose file is on the mount. They hold it without any process: loop(4).
func (l *look) loops() []Loop {
	block, err := openDir("/sys/block")
	if err != nil {
		return nil
	}
	defer unix.Close(block)
	var found []Loop
	for _, name := range entries(block, l.buffer) {
		if !strings.HasPrefix(name, "loop") {
			continue
		}
		file := strings.TrimSuffix(string(l.read("/sys/block/"+name+"/loop/backing_file")), "\n")
		if l.has(file) {
			found = append(found, Loop{Device: "/dev/" + name, File: strings.TrimSuffix(file, deleted)})
		}
	}
	return found
}

// swaps are the files on the mount that the kernel swaps to: swapon(2).
func (l *look) swaps() []string {
	var found []string
	for line := range strings.Lines(string(l.read("/proc/swaps"))) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[1] != "file" {
			continue
		}
		if file := unescape(fields[0]); l.has(file) {
			found = append(found, file)
		}
	}
	return found
}

// has reports whether the file of this name is on one of the mounts. One that has been deleted, or is
// hidden by another mount, is not found: then the name must do.
func (l *look) has(name string) bool {
	if !l.candidate(name) {
		return false
	}
	if _, err := os.Lstat(name); err != nil {
		return true
	}
	_, found := l.through(name)
	return found
}

// unescape undoes how the kernel writes blanks and backslashes in a list: as three octal digits.
func unescape(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' && i+3 < len(name) {
			if c, err := strconv.ParseUint(name[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}
