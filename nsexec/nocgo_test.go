//go:build linux && !cgo

package nsexec_test

import (
	"errors"
	"testing"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Without cgo there is no constructor, and every face of it says so.
func TestWithoutCgo(t *testing.T) {
	cmd := nsexec.Command(nsexec.Config{Create: nsfs.UTS}, "true")
	if err := cmd.Run(); !errors.Is(err, diag.ErrUnsupported) || cmd.Process != nil {
		t.Errorf("Command: %v, process %v", err, cmd.Process)
	}
	if err := nsexec.Exec(nsexec.Last{Args: []string{"true"}}); !errors.Is(err, diag.ErrUnsupported) {
		t.Errorf("Exec: %v", err)
	}
	if r := nsexec.Started(); r.Role != nsexec.Bystander || r.Sync != -1 {
		t.Errorf("Started: %+v", r)
	}
}
