//go:build linux

// Package nstest lets a test mount, unshare and join namespaces without leaving a
// trace in the process that runs the tests, or on the machine.
//
// A package whose tests do such things has
//
//	func TestMain(m *testing.M) { nstest.Main(m) }
//
// as the first and only thing that its TestMain does. The test binary then runs as
// two processes: a supervisor, which adopts every orphan of the tests and looks for
// what they left behind, and below it the tests themselves.
//
// Environment variables:
//
//	NSTEST_MUST_RUN=1      a skip is a failure
//	NSTEST_STRICT_LEAKS=1  compare the whole machine before and after, not only what
//	                       can be traced to the tests (nothing else may run then)
//	NSKIT_BIN=DIR          where the built tools are; without it [Tool] builds them
//
// Do not use it for tests that need no namespace: the child costs some 10 ms.
package nstest
