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
// What mounts, unshares or joins goes into [InChild], where the machine's files are
// read-only; what runs the built tools needs no more than [Tool] and [Exec]. [Sleeper]
// and the engines ([RunC], [Crun], [Podman], [Bwrap], [Unshare]) start what is to be
// joined, [Deny], [OldKernel] and [Docker] take system calls away.
//
// Examples that mount run in such children too: [MainWithExamples] and [Examples].
//
// Environment variables:
//
//	NSTEST_MUST_RUN=1      a skip is a failure
//	NSTEST_STRICT_LEAKS=1  compare the whole machine before and after, not only what
//	                       can be traced to the tests (nothing else may run then)
//	NSKIT_BIN=DIR          where the built tools are; without it [Tool] builds them
//
// Do not use [InChild] for tests that need no namespace: the child costs some 10 ms. With
// go test -cover, a test that changes its root or hides the temporary directory fails at
// its end, because the coverage data cannot be written there.
package nstest
