//go:build cgo && linux

package cli_test

import (
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/joinopts"
	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/nsexec"
)

// reader is how Go reads a tool's command line.
type reader struct {
	table   unsafe.Pointer
	entries []cli.Entry
	needed  []string // without these a command line means nothing
	parse   func(argv []string) (line, error)
}

// line is a command line that pflag understood.
type line struct {
	options   any
	request   nsexec.Request
	canonical []string // with the tool's name
	defers    bool     // Go answers it, and nothing is run
	goFirst   bool     // only Go can tell what is to be run
}

func FuzzScannerOfNsrun(f *testing.F) {
	fuzzScanner(f, &reader{
		table:   runopts.Table(),
		entries: runopts.NewSet(new(runopts.Options)).Entries(),
		parse: func(argv []string) (line, error) {
			o, err := runopts.Parse(argv[1:])
			if err != nil {
				return line{}, err
			}
			return line{
				options:   *o,
				request:   o.Request(len(argv), look),
				canonical: append(argv[:1:1], o.Canonical()...),
				defers:    o.Help || o.Version || o.Explain || o.Completion != "",
				goFirst:   o.Root == "" && len(o.Operands) > 0 && neither(o.Operands[0]) || !isNumbers(o.Ids.Owner),
			}, nil
		},
	})
}

func FuzzScannerOfNsjoin(f *testing.F) {
	fuzzScanner(f, &reader{
		table:   joinopts.Table(),
		entries: joinopts.NewSet(new(joinopts.Options)).Entries(),
		needed:  []string{"-t", "42"},
		parse: func(argv []string) (line, error) {
			o, err := joinopts.Parse(argv[1:])
			if err != nil {
				return line{}, err
			}
			return line{
				options:   *o,
				request:   o.Request(len(argv)),
				canonical: append(argv[:1:1], o.Canonical()...),
				defers:    o.Help || o.Version || o.Explain || o.Completion != "",
				goFirst:   len(o.Operands) == 0 || resolves(o),
			}, nil
		},
	})
}

// fuzzScanner compares both readers. A fuzz input is a program, and words that
// follow those that it makes, with NUL between them.
func fuzzScanner(f *testing.F, r *reader) {
	f.Fuzz(func(t *testing.T, bytes []byte, tail string) {
		p := program{bytes}
		argv := append([]string{"tool"}, p.words(r.entries, r.needed...)...)
		if tail != "" {
			argv = append(argv, strings.Split(tail, "\x00")...)
		}
		r.compare(t, argv)
	})
}

func (r *reader) compare(t *testing.T, argv []string) {
	t.Helper()
	c, understood := nsexec.Scan(r.table, argv)
	parsed, err := r.parse(argv)
	switch {
	case understood && err != nil:
		if !c.Go && !c.MapByHelper || !isChecked(err) {
			t.Fatalf("%q: C understands it as %+v, Go does not: %v", argv, c, err)
		}
	case understood && parsed.defers:
		t.Fatalf("%q: C would act on what only Go may answer", argv)
	case understood:
		same(t, argv, c, parsed.request)
	}
	if err == nil && !parsed.defers {
		r.canonical(t, argv, parsed, understood)
	}
}

// canonical: what Go starts again with means the same to all, C has to
// understand it even if it did not understand the original.
func (r *reader) canonical(t *testing.T, argv []string, original line, understood bool) {
	t.Helper()
	again, err := r.parse(original.canonical)
	if err != nil {
		t.Fatalf("%q: Go refuses the canonical %q: %v", argv, original.canonical, err)
	}
	if diff := cmp.Diff(original.options, again.options,
		cmpopts.IgnoreUnexported(runopts.Options{}, joinopts.Options{})); diff != "" {
		t.Fatalf("%q: the canonical %q is not the same: %s", argv, original.canonical, diff)
	}
	c, ok := nsexec.Scan(r.table, original.canonical)
	switch {
	case ok:
		same(t, original.canonical, c, again.request)
	case understood || !original.goFirst:
		t.Fatalf("%q: C does not understand the canonical %q", argv, original.canonical)
	}
}

func same(t *testing.T, argv []string, c, g nsexec.Request) {
	t.Helper()
	if err := cli.CrossCheck(&nsexec.Record{Understood: true, Request: c}, g); err != nil {
		t.Fatalf("%q: %v", argv, err)
	}
}

// isChecked reports whether an error is about an argument that C leaves to Go to
// check: a word among several, the length of a name, an id, a map, a capability.
func isChecked(err error) bool {
	for _, words := range []string{
		" is not one of ", " is longer than ", "option --cap-", "option --map-", "option --set", "option --groups",
		"option --userns-remap", "option --owner", "--userns-remap excludes",
	} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

// resolves reports whether there is something that Go has to put into numbers first.
func resolves(o *joinopts.Options) bool {
	return len(o.CapDrop)+len(o.CapAdd) > 0 || o.Seccomp != "" || !isNumbers(o.SetUID) || !isNumbers(o.SetGID) || !isNumbers(o.Groups)
}

func isNumbers(ids string) bool { return strings.Trim(ids, "0123456789:,") == "" }

func look(path string) runopts.FileKind {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return runopts.Other
	case info.IsDir():
		return runopts.Directory
	case info.Mode().IsRegular():
		return runopts.Regular
	}
	return runopts.Other
}

// neither a root file system nor a command.
func neither(operand string) bool {
	_, err := os.Stat(operand)
	return err != nil && strings.Contains(operand, "/")
}
