//go:build linux

package runopts

import (
	"os"
	"strings"
	"testing"
)

func TestTableIsUpToDate(t *testing.T) {
	file, err := os.ReadFile("table_gen.c")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := NewSet(new(Options)).WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != string(file) {
		t.Errorf("table_gen.c is not what the options say now: run go generate ./internal/cli\n%s", b.String())
	}
}
