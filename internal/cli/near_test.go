//go:build linux

package cli

import (
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	s := New("tool", "", ModeRun)
	s.Group("All:")
	for _, name := range [...]string{"uts", "ipc", "pid", "mnt", "hostname", "map-root-user", "map-current-user"} {
		s.Switch(nil, name, 0, Meaning{}, "")
	}
	s.Hidden()
	s.Switch(nil, "hostnames", 0, Meaning{}, "")
	for name, want := range map[string]string{
		"host":           "hostname",
		"hostanme":       "hostname",
		"hostnames":      "hostname",
		"map":            "map-root-user map-current-user",
		"map_root_user":  "map-root-user",
		"ut":             "uts",
		"utc":            "uts",
		"mount":          "mnt",
		"mont":           "mnt",
		"u":              "",
		"":               "",
		"completely-new": "",
	} {
		if got := strings.Join(s.near(name), " "); got != want {
			t.Errorf("near(%q) = %q, want %q", name, got, want)
		}
	}
}
