//go:build linux && cgo

package nsexec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/nsexec/internal/ctest"
	"nskit.dev/nskit/pkg/nsfs"
)

// scan reads words after a beginning that every canonical command line has.
func scan(words ...string) (nsexec.Request, bool) {
	return nsexec.Scan(ctest.Canonical(), append([]string{"nsexec", "--sync-fd=3"}, words...))
}

func TestScanOfWordForms(t *testing.T) {
	uts := func(r *nsexec.Request) { r.Create = nsfs.UTS }
	for _, tc := range []struct {
		name  string
		words []string
		want  func(*nsexec.Request) // nil: not understood
		first int                   // index of the command among the words
	}{
		{"option and command", []string{"--uts", "--", "c"}, uts, 2},
		{"without --", []string{"--uts", "c", "--pid"}, uts, 1},
		{"- is a command", []string{"--uts", "-"}, uts, 1},
		{"the empty word is a command", []string{"--uts", ""}, uts, 1},
		{"only the first -- ends the options", []string{"--uts", "--", "--"}, uts, 2},
		{"an argument in the next word", []string{"--target", "5", "c"}, func(r *nsexec.Request) { r.Target = 5 }, 2},
		{"the last of two wins", []string{"--target=5", "--target=6", "c"}, func(r *nsexec.Request) { r.Target = 6 }, 2},
		{"an = in an argument", []string{"--join-uts=/a=b", "c"}, func(r *nsexec.Request) {
			r.Join, r.ByFile, r.Files[3] = nsfs.UTS, nsfs.UTS, "/a=b"
		}, 1},
		{"an option as the argument of another", []string{"--wd", "--uts", "c"}, func(r *nsexec.Request) {
			r.Wd = nsexec.Dir{Set: true, Path: "--uts"}
		}, 2},
		{"a file that the last of two takes back", []string{"--join-uts=/a", "--join-uts", "c"}, func(r *nsexec.Request) {
			r.Join = nsfs.UTS
		}, 2},

		{"no command", []string{"--uts"}, nil, 0},
		{"no command after --", []string{"--uts", "--"}, nil, 0},
		{"unknown", []string{"--utx", "c"}, nil, 0},
		{"a part of a name", []string{"--ut", "c"}, nil, 0},
		{"more than a name", []string{"--utss", "c"}, nil, 0},
		{"another case", []string{"--UTS", "c"}, nil, 0},
		{"no name", []string{"--=x", "c"}, nil, 0},
		{"a letter", []string{"-u", "c"}, nil, 0},
		{"three dashes", []string{"---uts", "c"}, nil, 0},
		{"an argument where none belongs", []string{"--uts=/f", "c"}, nil, 0},
		{"an empty argument where none belongs", []string{"--uts=", "c"}, nil, 0},
		{"an empty file", []string{"--join-uts=", "c"}, nil, 0},
		{"an empty directory", []string{"--wd=", "c"}, nil, 0},
		{"an argument is missing", []string{"--target"}, nil, 0},
		{"unknown after what is known", []string{"--uts", "--x", "c"}, nil, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, understood := scan(tc.words...)
			if understood != (tc.want != nil) {
				t.Fatalf("understood: %v", understood)
			}
			if tc.want == nil {
				return
			}
			want := nsexec.Request{TargetFD: -1, OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, SetUID: nsexec.NoID, SetGID: nsexec.NoID, SeccompFD: -1, Operands: 2 + tc.first, Command: 2 + tc.first}
			tc.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScanOfNumbers(t *testing.T) {
	bad := []string{"", "01", "00", "0x10", "-1", "+1", " 1", "1 ", "1a", "1.0", "2147483648", "4294967297",
		"9223372036854775808", "18446744073709551617", "99999999999999999999999999", "٣", "1\n", "\x00"}
	for option, limit := range map[string]struct{ good, bad []string }{
		"target":     {good: []string{"1", "10", "2147483647"}, bad: []string{"0"}},
		"kill-child": {good: []string{"1", "64"}, bad: []string{"0", "65", "256", "257"}},
		"sync-fd":    {good: []string{"3", "2147483647"}, bad: []string{"0", "2"}},
		"keep-fds":   {good: []string{"0", "1", "2147483644"}, bad: []string{"2147483645"}},
	} {
		for _, number := range limit.good {
			if _, understood := scan("--"+option+"="+number, "c"); !understood {
				t.Errorf("--%s=%q was not understood", option, number)
			}
		}
		for _, number := range append(bad, limit.bad...) {
			if number == "\x00" {
				continue // cannot be in an argument vector
			}
			if _, understood := scan("--"+option+"="+number, "c"); understood {
				t.Errorf("--%s=%q was understood", option, number)
			}
			if _, understood := scan("--"+option, number, "c"); understood {
				t.Errorf("--%s %q was understood", option, number)
			}
		}
	}
}

func TestScanOfLargeCommandLines(t *testing.T) {
	megabyte := strings.Repeat("x", 1<<20)
	for _, tc := range []struct {
		name       string
		words      []string
		understood bool
		command    int // among the words
	}{
		{"a command of 1 MiB", []string{"--", megabyte}, true, 1},
		{"a directory of 1 MiB", []string{"--wd=" + megabyte, "c"}, true, 1},
		{"a file of 1 MiB", []string{"--join-net=" + megabyte, "c"}, true, 1},
		{"an unknown option of 1 MiB", []string{"--" + megabyte, "c"}, false, 0},
		{"a number of 1 MiB", []string{"--target=" + strings.Repeat("9", 1<<20), "c"}, false, 0},
		{"a number of 1 MiB zeros", []string{"--target=" + strings.Repeat("0", 1<<20), "c"}, false, 0},
		{"100000 options", append(many("--uts", 100000), "c"), true, 100000},
		{"100000 options and no command", many("--uts", 100000), false, 0},
		{"100000 operands", append([]string{"--"}, many("--uts", 100000)...), true, 1},
		{"100000 empty operands", many("", 100000), true, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, understood := scan(tc.words...)
			if understood != tc.understood {
				t.Fatalf("understood: %v", understood)
			}
			if understood && r.Command != 2+tc.command {
				t.Errorf("the command is word %d, want %d", r.Command-2, tc.command)
			}
		})
	}
}

func TestScanOfNoWords(t *testing.T) {
	for _, argv := range [][]string{nil, {""}, {"nsexec"}} {
		if _, understood := nsexec.Scan(ctest.Canonical(), argv); understood {
			t.Errorf("%q was understood", argv)
		}
	}
}

func many(word string, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = word
	}
	return words
}
