//go:build linux

package nstest

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

const modulePath = "nskit.dev/nskit"

// moduleRoot is the directory of this module's go.mod: above the working directory,
// which go test sets to that of the package, or above this source file for a test binary
// that was built earlier and runs elsewhere.
func moduleRoot(t testing.TB) string {
	t.Helper()
	_, source, _, _ := runtime.Caller(0)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{wd, filepath.Dir(source)} {
		for ; filepath.Dir(dir) != dir && filepath.IsAbs(dir); dir = filepath.Dir(dir) {
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err == nil && bytes.HasPrefix(text, []byte("module "+modulePath+"\n")) {
				return dir
			}
		}
	}
	t.Fatalf("nstest: no go.mod of %s above %s", modulePath, wd)
	return ""
}
