//go:build linux

package identity_test

import (
	"slices"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// deepest is how deep user namespaces can be made in that of the machine, and PID namespaces
// too: user_namespaces(7), pid_namespaces(7).
const deepest = 32

// nest is nsrun in nsrun, so many times.
func nest(t *testing.T, c caller, deep int, options ...string) nstest.Result {
	t.Helper()
	one := append([]string{nstest.Tool(t, "nsrun")}, options...)
	args := append(slices.Repeat(one, deep), "id", "-u")
	return nstest.Exec(t, c.command(args...))
}

func TestNested(t *testing.T) {
	onHost(t, func(t *testing.T) {
		for _, row := range [][]string{{"-r"}, {"-c"}, {"--all"}, {"-r", "--all", "--fork"}} {
			if r := nest(t, user, 3, row...); r.Code != 0 || r.Stderr != "" {
				t.Errorf("3 deep with %q: status %d, %s", row, r.Code, r.Stderr)
			}
		}
		// Each with a part of what the one before had.
		tool := nstest.Tool(t, "nsrun")
		deep := inside("--map-auto", "-r", tool, "--map-users", "0:0:1001", "--map-groups", "0:0:1001")
		deep.prints(t, "--map-users 0:1:1000 --map-groups 0:1:1000 -S 999 -G 999", "id; cat /proc/self/uid_map", "uid=999 gid=999 groups=999 0 1 1000")
	})
}

// As deep as the kernel goes, and one more: why not is said once, by the one that fails.
func TestNestedToTheLimit(t *testing.T) {
	onHost(t, func(t *testing.T) {
		eachCaller(t, func(t *testing.T, c caller) {
			level := depth(t, c, "-r")
			if level < deepest-5 {
				t.Errorf("only %d user namespaces", level)
			}
			r := nest(t, c, level+1, "-r")
			if r.Code != 125 || !says(r.Stderr, []string{
				"create the user namespace: unshare(CLONE_NEWUSER): no space left on device (ENOSPC)",
				"hint: user namespaces can be nested 32 deep, and this may be the last one; or else a user namespace around this one has reached its user.max_user_namespaces: look at `sysctl user.max_user_namespaces` there (on the host) and raise it",
			}) {
				t.Errorf("%d deep: status %d, %s", level+1, r.Code, r.Stderr)
			}
			noneRuns(t)
		})
	})
}

// depth is how deep it goes here, where a container may be around the tests.
func depth(t *testing.T, c caller, options ...string) int {
	t.Helper()
	low, high := 0, 2*deepest
	for high-low > 1 {
		if middle := (low + high) / 2; nest(t, c, middle, options...).Code == 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// PID namespaces have the same limit, and a plain user meets that one first.
func TestNestedPIDNamespaces(t *testing.T) {
	onHost(t, func(t *testing.T) {
		level := depth(t, user, "--pid")
		if level < deepest-5 {
			t.Errorf("only %d PID namespaces", level)
		}
		r := nest(t, user, level+1, "--pid")
		if r.Code != 125 || !contains(r.Stderr, "CLONE_NEWPID", "(ENOSPC)", "\nnsrun: hint: ", "nested 32 deep") {
			t.Errorf("%d deep: status %d, %s", level+1, r.Code, r.Stderr)
		}
		noneRuns(t)
	})
}
