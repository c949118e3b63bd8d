//go:build linux

package holders

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// maps adds the first file on the mount that the process has mapped: proc_pid_maps(5).
//
//	7f1c3a400000-7f1c3a428000 r--p 00000000 fe:00 265406      /usr/lib/libc.so.6
func (l *look) maps(h *Holder, dir string) {
	content := l.read(dir + "maps")
	if !l.mentioned(content) {
		return
	}
	for line := range bytes.Lines(content) {
		slash := bytes.IndexByte(line, '/')
		if slash < 0 {
			continue
		}
		name := mapped.Replace(strings.TrimSuffix(string(line[slash:]), "\n"))
		if !l.candidate(name) {
			continue
		}
		if w, found := l.mapping(dir, line[:slash]); found {
			h.uses("mmap of "+strings.TrimSuffix(name, deleted), w)
			return
		}
	}
}

// mapped undoes how the kernel writes a name with a newline.
var mapped = strings.NewReplacer(`\012`, "\n")

// mentioned is whether the text has one of the mount points in it, which most have not.
func (l *look) mentioned(text []byte) bool {
	for _, prefix := range l.prefixes {
		if bytes.Contains(text, []byte(strings.ReplaceAll(prefix, "\n", `\012`))) {
			return true
		}
	}
	return false
}

// mapping reports whether a mapped file is on one of the mounts. By map_files that is known for
// certain, but to follow its links takes CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN in the
// initial user namespace. For others the name and the device must do: of two
// mounts of one file system that are stacked on one point, the lower one's users are
// then taken for those of the upper.
func (l *look) mapping(dir string, line []byte) (w where, found bool) {
	fields := strings.Fields(string(line))
	if len(fields) < 5 {
		return w, false
	}
	fd, err := openPath(dir + "map_files/" + fields[0])
	if err == nil {
		defer unix.Close(fd)
		return l.is("/proc/self/fdinfo/" + strconv.Itoa(fd))
	}
	m := l.place.Mount
	return w, fields[3] == hex2(m.Major)+":"+hex2(m.Minor)
}

// hex2 is a device number as maps has it, in at least two digits.
func hex2(n int) string {
	text := strconv.FormatInt(int64(n), 16)
	if len(text) < 2 {
		return "0" + text
	}
	return text
}
