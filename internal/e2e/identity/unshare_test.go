//go:build linux

package identity_test

import (
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// show prints what a process is, a section for each file, and ends with a status of its own.
const show = `for f in uid_map gid_map setgroups; do echo "= $f"; cat /proc/self/$f; done
grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs):' /proc/self/status | sed 's/^\(.*\):/= \1\n/'
exit 7`

// setup is a set of options that unshare(1) and nsrun both take. SUB and SUG stand for the
// caller's first subordinate ids, OWN for its own one; a range with commas is how 2.38 has it.
type setup struct {
	options string

	// What nsrun does otherwise on purpose, and why: its words in the sections of show.
	why        string
	root, user sections
	alone      bool // unshare fails; the sections that are named are looked at
}

type sections map[string]string

// TestLikeUnshare has unshare(1) and nsrun take the same options.
func TestLikeUnshare(t *testing.T) {
	nstest.RequireCommand(t, "unshare")
	if len(likeUnshare) < 30 {
		t.Errorf("only %d rows", len(likeUnshare))
	}
	onHost(t, func(t *testing.T) {
		for _, row := range likeUnshare {
			for _, c := range []caller{root, user} {
				t.Run(row.options+" "+c.name, func(t *testing.T) { row.compare(t, c.with(7, 8)) })
			}
		}
	})
}

func (s setup) compare(t *testing.T, c caller) {
	t.Helper()
	args := append(strings.Fields(filled(s.options, c)), "sh", "-c", show)
	theirs := nstest.Exec(t, c.command(append([]string{"unshare"}, args...)...))
	own := c.run(t, args...)
	if own.Code != 7 || own.Stderr != "" {
		t.Fatalf("status %d: %s", own.Code, own.Stderr)
	}
	if s.alone == (theirs.Code == 7) {
		t.Fatalf("unshare: status %d: %s", theirs.Code, theirs.Stderr)
	}
	differs := s.user
	if c.uid == 0 {
		differs = s.root
	}
	have, others := cut(own.Stdout), cut(theirs.Stdout)
	for name, want := range differs {
		want = filled(want, c)
		if have[name] != want {
			t.Errorf("%s is %q, want %q: %s", name, have[name], want, s.why)
		}
		if !s.alone && others[name] == want {
			t.Errorf("%s is %q with unshare too", name, want)
		}
	}
	for name, want := range others {
		if _, ok := differs[name]; !ok && have[name] != want {
			t.Errorf("%s is %q, and %q with unshare", name, have[name], want)
		}
	}
}

// filled puts the caller's ids into options and sections.
func filled(text string, c caller) string {
	ids := []string{"SUB", "300000", "SUG", "400000", "OWN", "0"}
	if c.uid != 0 {
		ids = []string{"SUB", "100000", "SUG", "200000", "OWN", "54321"}
	}
	return strings.NewReplacer(ids...).Replace(text)
}

// cut makes sections of what show prints.
func cut(text string) sections {
	all := sections{}
	for part := range strings.SplitSeq("\n"+text, "\n= ") {
		if name, rest, ok := strings.Cut(part, "\n"); ok && name != "" {
			all[name] = words(rest)
		}
	}
	return all
}

// Killed by a signal, both are killed by that signal.
func TestLikeUnshareWhenKilled(t *testing.T) {
	nstest.RequireCommand(t, "unshare")
	onHost(t, func(t *testing.T) {
		eachCaller(t, func(t *testing.T, c caller) {
			for _, options := range []string{"-r", "-c", "-r --fork", "--map-auto", "--map-auto --fork"} {
				args := append(strings.Fields(options), "sh", "-c", "kill -USR1 $$")
				theirs := nstest.Exec(t, c.command(append([]string{"unshare"}, args...)...))
				if own := c.run(t, args...); own.Code != theirs.Code || own.Signal != theirs.Signal {
					t.Errorf("%s: %d, signal %d, and %d, %d with unshare", options, own.Code, own.Signal, theirs.Code, theirs.Signal)
				}
			}
		})
	})
}
