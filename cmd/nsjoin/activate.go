//go:build cgo && linux

package main

// #cgo CFLAGS: -I${SRCDIR}/../../nsexec
import "C"
