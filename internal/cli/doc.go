//go:build linux

// Package cli defines the options of the tools, once, for both of their
// readers: pflag, and the C constructor, which reads the same command line
// before the Go runtime starts. Each option is defined together with what it
// means to the constructor; [Set.WriteTable] writes that as the C table from
// which the scanner in nsexec/scan.c works.
//
// The command line follows getopt's "+" rules: options end at the first operand
// or at "--". An argument that is optional needs a "=" after a long option;
// after a letter it is taken when it is attached and begins with '/', '.', ':'
// or '=' (the '=' is not part of it), and anything else is a cluster of
// letters. When an option is repeated, the last occurrence counts, and it counts
// entirely: `--uts=FILE --uts` keeps no file.
package cli

//go:generate env CGO_ENABLED=0 go run ./gentable
