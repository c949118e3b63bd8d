//go:build linux

package idmap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// files are a system's, by path; a name that ends in a slash is a directory.
type files map[string]string

// plain is a system with a user alice, 1000, who has one range of each kind.
var plain = files{
	"etc/passwd":        "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n",
	"etc/group":         "root:x:0:\nalice:x:1000:\nstaff:x:50:alice\n",
	"etc/subuid":        "bob:300000:65536\nalice:100000:65536\n",
	"etc/subgid":        "bob:300000:65536\nalice:200000:65536\n",
	"proc/self/uid_map": "         0          0 4294967295\n",
	"proc/self/gid_map": "         0          0 4294967295\n",
}

// with is f with some files changed; those that say "-" are missing.
func (f files) with(changes files) files {
	all := files{}
	for _, from := range []files{f, changes} {
		for path, text := range from {
			if all[path] = text; text == "-" {
				delete(all, path)
			}
		}
	}
	return all
}

// on is the caller with that id on a system with these files, who has all
// capabilities when it is 0.
func on(t *testing.T, f files, id uint32) *caller {
	t.Helper()
	top := t.TempDir()
	for path, text := range f {
		mode := os.FileMode(0o644)
		if strings.HasPrefix(path, "bin/") {
			mode = 0o755
		}
		fatal(t, os.MkdirAll(filepath.Dir(filepath.Join(top, path)), 0o755))
		fatal(t, os.WriteFile(filepath.Join(top, path), []byte(text), mode))
	}
	root, err := unix.Open(top, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(root) })
	c := &caller{root: root, uid: id, gid: id, path: []string{top + "/bin"}, patience: 10 * time.Second, lines: maxLines}
	if id == 0 {
		c.caps = ^uint64(0)
	}
	return c
}

// parse reads options as the command line has them.
func parse(line string) (Options, error) {
	var o Options
	words := strings.Fields(line)
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch word {
		case "-r":
			o.User, o.Group = Root(), Root()
			continue
		case "-c":
			o.User, o.Group = Current(), Current()
			continue
		case "--map-auto":
			o.Auto()
			continue
		case "--map-subids":
			o.Subids()
			continue
		case "--owner":
			o.Owner = true
			continue
		}
		if err := o.take(word, words[0]); err != nil {
			return o, err
		}
		words = words[1:]
	}
	return o, nil
}

func (o *Options) take(option, value string) error {
	value = strings.Trim(value, "'")
	spec, specErr := ParseSpec(value)
	ref, refErr := creds.ParseRef(value)
	switch option {
	case "--map-users":
		o.Users = append(o.Users, spec)
		return specErr
	case "--map-groups":
		o.Groups = append(o.Groups, spec)
		return specErr
	case "--map-user":
		o.User = To(ref)
		return refErr
	case "--map-group":
		o.Group = To(ref)
		return refErr
	case "--setgroups":
		o.Setgroups = value
		return nil
	}
	return diag.Bug("the test does not know %s", option)
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// words are the lines of a map with commas in between: "0 1000 1, 1 100000 65536".
func words(m Map) string {
	return strings.ReplaceAll(strings.TrimSuffix(m.Text(), "\n"), "\n", ", ")
}

// says fails the test where a word is missing from text.
func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in: %s", w, text)
		}
	}
}
