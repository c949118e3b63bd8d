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
	path := filepath.Join(dir, "a-tool")
	if err := os.WriteFile(path, []byte("the tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(Tool(t, "a-tool")); err != nil || string(got) != "the tool" {
		t.Errorf("got %q, %v", got, err)
	}
}
