//go:build linux

// Command gentable writes the C tables of the tools' options. It is run by `go
// generate` in internal/cli, without cgo: the packages that it imports would
// otherwise need the tables that it is about to write.
package main

import (
	"bytes"
	"log"
	"os"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/joinopts"
	"nskit.dev/nskit/internal/cli/runopts"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gentable: ")
	write("runopts/table_gen.c", runopts.NewSet(new(runopts.Options)))
	write("joinopts/table_gen.c", joinopts.NewSet(new(joinopts.Options)))
}

func write(path string, s *cli.Set) {
	var b bytes.Buffer
	if err := s.WriteTable(&b); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
