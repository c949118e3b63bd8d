//go:build linux

package inroot

import (
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// While a stranger swaps what is on the path with a link out, again and again, nothing
// is created, opened or removed outside.
func TestRace(t *testing.T) {
	for _, row := range []struct {
		why  string
		a, b string // what is swapped
		path string
	}{
		{"a directory in the middle", "d", "link", "d/x/y"},
		{"the parent of the last component", "d", "link", "d/x"},
		{"a link that leads up", "d", "up", "d/e/x"},
		{"the last component", "f", "canary", "f"},
		{"what is created", "d/x", "link", "d/x/y"},
	} {
		t.Run(row.why, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				root, done := tree(t, "dir d/e", "symlink link /tmp/outside", "symlink up ../../tmp/outside",
					"file f", "symlink canary /tmp/outside/canary")
				defer done()
				before := listing(t, outside)
				stop := swap(t, inside+"/"+row.a, inside+"/"+row.b)
				created, refused := createOften(t, root, row.path)
				stop()
				t.Logf("%d created, %d refused", created, refused)
				if created == 0 || refused == 0 {
					t.Errorf("%d were created and %d refused: there was no race", created, refused)
				}
				if got := listing(t, outside); got != before {
					t.Errorf("outside there are\n%s\ninstead of\n%s", got, before)
				}
			})
		})
	}
}

// createOften creates path and removes it again, and counts.
func createOften(t *testing.T, root int, path string) (created, refused int) {
	t.Helper()
	var there unix.Stat_t
	fatal(t, unix.Stat(outside, &there))
	rounds := 10000
	if testing.Short() {
		rounds = 5000
	}
	for i := range rounds {
		m, err := Create(root, path, i%2 == 0)
		if err != nil {
			refused++
			failed(t, "what is not created", err, unix.ENOENT) // by the way of a link
			continue
		}
		created++
		for _, fd := range []int{m.FD, m.Dir} {
			var st unix.Stat_t
			fatal(t, unix.Fstat(fd, &st))
			if st.Dev == there.Dev {
				t.Fatal("a file outside was opened")
			}
		}
		m.Close()
		for i := len(m.Made) - 1; i >= 0; i-- {
			_ = m.Made[i].Remove() // a stranger may have changed it
			m.Made[i].Close()
		}
	}
	return created, refused
}

// swap exchanges two paths for as long as stop is not called.
func swap(t *testing.T, a, b string) (stop func()) {
	t.Helper()
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
			}
			// What is created is not always there.
			if err := exchange(a, b); err != nil && err != unix.ENOENT {
				t.Error(err)
				return
			}
		}
	})
	return func() { close(quit); wg.Wait() }
}
