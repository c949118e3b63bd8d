//go:build linux && cgo

// Package ctest gives the tests of package nsexec what only C can see: cgo is
// not allowed in test files. Nothing else should import it.
package ctest

/*
#cgo CFLAGS: -I${SRCDIR}/../..
#include "options.h"

// Defined by package nsexec. Weak, because cgo links each package by itself once.
extern const struct nsexec_table nsexec_canonical __attribute__((weak));
*/
import "C"

import "unsafe"

// Canonical returns the option table of the command lines that nsexec.Command
// writes, as nsexec.Scan takes it.
func Canonical() unsafe.Pointer { return unsafe.Pointer(&C.nsexec_canonical) }

// Options returns the names of the options in that table, without dashes.
func Options() []string {
	var names []string
	for _, o := range unsafe.Slice(C.nsexec_canonical.options, C.nsexec_canonical.count) {
		names = append(names, C.GoString(o.name))
	}
	return names
}
