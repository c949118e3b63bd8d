//go:build linux && cgo

package nsexec_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// build is a way to build testdata/probe.
type build struct{ cc, ldflags, tags string }

const static = "-linkmode external -extldflags '-static -no-pie'"

var (
	dynamic     = build{cc: "gcc"}
	bare        = build{cc: "gcc", tags: ",bare"} // without an option table
	glibcStatic = build{cc: "gcc", ldflags: static}
	muslStatic  = build{cc: "musl-gcc", ldflags: static}
	muslDynamic = build{cc: "musl-gcc", ldflags: "-linkmode external"}
)

func (b build) String() string {
	name := b.cc
	if b.ldflags == static {
		name += " static"
	}
	return name + b.tags
}

// probes keeps what was built: a file could not outlive the test that made it.
var probes = struct {
	sync.Mutex
	binary map[build][]byte
}{binary: map[build][]byte{}}

// probe returns the path of the probe, built so, which every user may execute. It is
// in a directory of the test's own.
func probe(t *testing.T, b build) string {
	t.Helper()
	nstest.RequireCommand(t, b.cc)
	path := filepath.Join(nstest.TempDir(t), "probe")
	probes.Lock()
	defer probes.Unlock()
	if binary, ok := probes.binary[b]; ok {
		if err := os.WriteFile(path, binary, 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cmd := exec.Command("go", "build", "-buildvcs=false", "-tags=osusergo,netgo"+b.tags,
		"-ldflags=-s -w "+b.ldflags, "-o", path, "./testdata/probe")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "CC="+b.cc)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the probe with %v: %v\n%s", b, err, output)
	}
	binary, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	probes.binary[b] = binary
	return path
}
