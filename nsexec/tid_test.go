//go:build linux && cgo

package nsexec_test

import (
	"os/exec"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// The bare clone leaves libc with the thread id of the parent. It is 2 here, which a
// thread of the child is going to have: in musl both then hold the lock on the list of
// threads, and the list breaks.
func TestThreadIDAfterBareClone(t *testing.T) {
	nstest.RequireRoot(t)
	for _, b := range []build{dynamic, glibcStatic, muslStatic, muslDynamic} {
		t.Run(b.String(), func(t *testing.T) {
			cmd := nsexec.Command(nsexec.Config{Create: nsfs.PID},
				"sh", "-c", `"$@"; echo "status $?"`, "sh", probe(t, b), "--pid", "--inside=threads")
			output, err := cmd.CombinedOutput()
			if want := "pid 1 kernel 1 libc 1 wrong 0\nstatus 0\n"; err != nil || string(output) != want {
				t.Errorf("%v\n%s, want %s", err, output, want)
			}
		})
	}
}

// Without a new PID namespace the ids are large, and nobody's: still they must be right.
func TestThreadIDAfterPlainFork(t *testing.T) {
	for _, b := range []build{dynamic, glibcStatic, muslStatic} {
		t.Run(b.String(), func(t *testing.T) {
			r := nstest.Exec(t, exec.Command("sh", "-c", `"$@" | awk '{ print $4 == $6, $4 == $2, $8 }'`,
				"sh", probe(t, b), "--fork", "--inside=threads"))
			if want := "1 1 0\n"; r.Code != 0 || r.Stdout != want {
				t.Errorf("status %d\n%s%s, want %s", r.Code, r.Stdout, r.Stderr, want)
			}
		})
	}
}
