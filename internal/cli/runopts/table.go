//go:build cgo && linux

package runopts

// #cgo CFLAGS: -I${SRCDIR}/../../../nsexec
// #include "options.h"
// extern const struct nsexec_table nsexec_table_nsrun;
import "C"

import "unsafe"

// Table is the constructor's table of these options, generated into
// table_gen.c. A tool makes it effective by defining nsexec_table.
func Table() unsafe.Pointer { return unsafe.Pointer(&C.nsexec_table_nsrun) }
