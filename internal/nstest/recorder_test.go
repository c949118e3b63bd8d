//go:build linux

package nstest

import (
	"fmt"
	"testing"
)

// recorder is a testing.TB that keeps the errors of a helper under test.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
