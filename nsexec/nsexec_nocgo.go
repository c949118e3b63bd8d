//go:build linux && !cgo

package nsexec

import (
	"unsafe"

	"nskit.dev/nskit/pkg/diag"
)

// errNoCgo is what everything here answers in a program built with CGO_ENABLED=0.
func errNoCgo() error {
	return &diag.Error{
		Step: "use namespaces",
		Err:  diag.ErrUnsupported,
		Hint: "this program was built without cgo, so the C constructor that creates and joins namespaces is missing; build it with CGO_ENABLED=1 and a C compiler",
	}
}

// Started returns a Record with the role Bystander: there is no constructor without cgo.
func Started() Record { return Record{Sync: -1} }

// Exec returns an error: the last step is C.
func Exec(Last) error { return errNoCgo() }

// Scan understands nothing: the scanner is C.
func Scan(unsafe.Pointer, []string) (Request, bool) { return Request{}, false }

func sendGo(int) error { return errNoCgo() }

func receive(int) (message, bool) { return message{}, false }
