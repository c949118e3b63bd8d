//go:build linux

package nstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var build sync.Once

// Tool returns the path of the built tool: $NSKIT_BIN/name where that is set, else
// bin/name after a `make build`, which is done once in each test binary that asks.
// It is a copy, since [UserID] may not be let through to the source tree.
func Tool(t testing.TB, name string) string {
	t.Helper()
	if os.Getenv("NSKIT_BIN") == "" {
		build.Do(func() { makeBuild(t) })
	}
	path := filepath.Join(os.Getenv("NSKIT_BIN"), name)
	shared := filepath.Join(sharedDir, name)
	if _, err := os.Stat(shared); err == nil {
		return shared
	}
	if err := copyShared(path, shared); err != nil {
		t.Fatalf("nstest: no tool: %v", err)
	}
	return shared
}

// makeBuild sets NSKIT_BIN for this process and for the children of InChild, which may
// run as a user who cannot write to the source tree.
func makeBuild(t testing.TB) {
	t.Helper()
	if this != nil {
		t.Fatal("nstest: call Tool above InChild: in the child nothing can be built")
	}
	root := moduleRoot(t)
	unlock := lock(t, root) // go test runs several packages at once
	defer unlock()
	cmd := exec.Command("make", "-s", "build")
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make build in %s: %v\n%s", root, err, output)
	}
	os.Setenv("NSKIT_BIN", filepath.Join(root, "bin"))
}
