//go:build linux

// Package profile reads seccomp profiles in JSON: Docker's format (moby/profiles,
// seccomp.Seccomp), which contains that of the OCI (runtime-spec, config-linux.md,
// "Seccomp"), and podman's names of errors ("errno": "EINVAL").
//
// It is stricter than Docker, since what is misspelt in a profile makes it weaker
// without a word: an unknown field, one that is there twice, a missing operator,
// an unknown capability are errors. Names of system calls are not, as profiles
// have to name those of every architecture and of kernels to come.
//
// The reader is its own and not encoding/json, because that knows places in the
// text for errors of syntax alone, and its initialization costs every run.
package profile
