//go:build linux

package mount

import (
	"errors"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func TestPropagationNamesRoundTrip(t *testing.T) {
	for p := Private; p <= Unchanged; p++ {
		got, err := ParsePropagation(p.String())
		if err != nil || got != p {
			t.Errorf("ParsePropagation(%q) = %v, %v", p.String(), got, err)
		}
	}
	_, err := ParsePropagation("Private\x1b")
	if !diag.IsUsage(err) || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("an unknown name gives %v", err)
	}
}

func TestSetPropagationActsOnTheWholeTree(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				dir := workdir(t)
				sub := mkdir(t, dir, "sub")
				fatal(t, FS{Type: "tmpfs"}.Mount(sub))
				for _, row := range []struct {
					p    Propagation
					want string // beginning of the optional fields of mountinfo
				}{
					{Shared, "shared:"},
					{Unchanged, "shared:"},
					{Private, ""},
					{Unbindable, "unbindable"},
				} {
					fatal(t, SetPropagation(dir, row.p))
					for _, path := range []string{dir, sub} {
						_, got := entry(t, path)
						if !strings.HasPrefix(got, row.want) || row.want == "" && got != "" {
							t.Errorf("after %v %s has %q", row.p, path, got)
						}
					}
				}
			})
		})
	}
}

func TestMakePrivateLeavesWhatIsBelow(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		dir := workdir(t)
		sub := mkdir(t, dir, "sub")
		fatal(t, FS{Type: "tmpfs"}.Mount(sub))
		fatal(t, SetPropagation(dir, Shared))
		fatal(t, MakePrivate(dir))
		if _, got := entry(t, dir); got != "" {
			t.Errorf("%s still has %q", dir, got)
		}
		if _, got := entry(t, sub); !strings.HasPrefix(got, "shared:") {
			t.Errorf("%s has %q", sub, got)
		}
	})
}

func TestPropagationOfNoMountPointIsInvalid(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		err := SetPropagation(mkdir(t, workdir(t), "plain"), Slave)
		if !errors.Is(err, unix.EINVAL) {
			t.Errorf("got %v", err)
		}
		const want = `mount("none", "/tmp/plain", "", MS_REC|MS_SLAVE, ""): invalid argument`
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the message is %v", err)
		}
	})
}
