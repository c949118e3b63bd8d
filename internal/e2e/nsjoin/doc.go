//go:build linux

// Package nsjoin holds the end-to-end tests of the tool nsjoin: the built binary is run
// against real targets, and against hostile ones, as root and as a plain user.
package nsjoin
