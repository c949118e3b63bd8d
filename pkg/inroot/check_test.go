//go:build linux

package inroot

import (
	"errors"
	"path"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func checkOpen(t *testing.T, why, want string, errno unix.Errno, fd int, err error) {
	t.Helper()
	switch {
	case errno != 0:
		failed(t, "Open: "+why, err, errno)
		describes(t, why, err)
		return
	case err != nil:
		t.Errorf("Open: %s: %v", why, err)
		return
	case !is(t, fd, inside+"/"+want):
		t.Errorf("Open: %s: is not %s", why, want)
	}
	unix.Close(fd)
}

func checkFound(t *testing.T, why, want string, errno unix.Errno, m *Mountpoint, err error) {
	t.Helper()
	if errno != 0 {
		failed(t, why, err, errno)
		describes(t, why, err)
		return
	}
	if err != nil {
		t.Errorf("%s: %v", why, err)
		return
	}
	defer m.Close()
	if !is(t, m.FD, inside+"/"+want) {
		t.Errorf("%s: is not %s", why, want)
	}
	if len(m.Made) != 0 {
		t.Errorf("%s: has made %d", why, len(m.Made))
	}
	if want == "." {
		if m.Dir != -1 || m.Name != "" {
			t.Errorf("%s: the root directory is %q in %d", why, m.Name, m.Dir)
		}
		return
	}
	if !is(t, m.Dir, inside+"/"+path.Dir(want)) || m.Name != path.Base(want) {
		t.Errorf("%s: %q is not the name of %s in its directory", why, m.Name, want)
	}
}

// describes checks that an error has all that a person needs, and is left to the
// caller to complete.
func describes(t *testing.T, why string, err error) {
	t.Helper()
	var e *diag.Error
	if !errors.As(err, &e) || e.Step != "" || !strings.HasSuffix(e.Call, ")") || e.Error() != diag.Escape(e.Error()) {
		t.Errorf("%s: %#v", why, err)
	}
}
