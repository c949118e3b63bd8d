//go:build linux

package nstest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestToolComesFromTheNamedDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("NSKIT_BIN", dir)
	path := filepath.Join(dir, "nsrun")
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := Tool(t, "nsrun"); got != path {
		t.Errorf("got %s, want %s", got, path)
	}
}
