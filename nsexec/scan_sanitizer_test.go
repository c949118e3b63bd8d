//go:build linux && cgo

package nsexec_test

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/nsexec/internal/ctest"
)

// buildSanitized builds the scanner with AddressSanitizer and UBSan.
func buildSanitized(t *testing.T) string {
	t.Helper()
	nstest.RequireCommand(t, "gcc")
	out := filepath.Join(t.TempDir(), "scan")
	args := []string{"-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", "-fsanitize=address,undefined",
		"-fno-sanitize-recover=all", "-I.", "-o", out}
	if output, err := exec.Command("gcc", append(args, "-x", "c", "/dev/null", "-c")...).CombinedOutput(); err != nil {
		nstest.Skip(t, "gcc cannot sanitize: %v\n%s", err, output)
	}
	args = append(args, "testdata/scan.c", "scan.c", "canonical.c", "target.c", "fail.c", "privileges.c",
		"../internal/cli/runopts/table_gen.c", "../internal/cli/joinopts/table_gen.c")
	if output, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		if strings.Contains(string(output), "cannot find") {
			nstest.Skip(t, "no sanitizer library: %s", output)
		}
		t.Fatalf("%v\n%s", err, output)
	}
	return out
}

// vectors are command lines of the shapes that the fuzz tests have found: words of all
// tables, cut, doubled, and put together by chance.
func vectors() [][]string {
	words := []string{"", "-", "--", "---", "--=", "-=", "x", "/", ".", "\xff\xfe", "--target=5", "--target", "5",
		"--target=99999999999999999999", "-t", "-t5", "-t=5", "-up", "-um/x", "-u=/x", "-u.", "-u:", "-uuuuuuuuuu",
		"--kill-child", "--kill-child=9", "--keep-fds=1", "--sync-fd=3", "--wd", "--wd=", "--wdns", "--root=/", "-S", "-W", "-w",
		strings.Repeat("x", 5000), "-" + strings.Repeat("u", 5000), "--" + strings.Repeat("x", 5000), "--uts=" + strings.Repeat("x", 5000)}
	for _, name := range ctest.Options() {
		words = append(words, "--"+name, "--"+name+"=", "--"+name+"=/x", "--"+name[:len(name)-1], "--"+name+"x")
	}
	all := [][]string{{}, {""}, {"nsexec"}}
	for _, word := range words {
		all = append(all, []string{"nsexec", word}, []string{"nsexec", word, "c"})
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	for range 20_000 {
		argv := []string{"nsexec"}
		for range random.IntN(7) {
			word := words[random.IntN(len(words))]
			if random.IntN(8) == 0 {
				word = word[:random.IntN(len(word)+1)]
			}
			argv = append(argv, word)
		}
		all = append(all, argv)
	}
	return all
}

func TestScannerUnderSanitizers(t *testing.T) {
	binary := buildSanitized(t)
	all := vectors()
	for len(all) > 0 { // what fits into the buffer of the program
		var input strings.Builder
		n := 0
		for ; n < len(all) && input.Len() < 7<<20; n++ {
			for _, word := range all[n] {
				input.WriteString(word + "\x00")
			}
			input.WriteString("\x01\x00")
		}
		cmd := exec.Command(binary)
		cmd.Stdin = strings.NewReader(input.String())
		r := nstest.Exec(t, cmd)
		if r.Code != 0 {
			t.Fatalf("status %d\n%s", r.Code, r.Stderr)
		}
		compareScans(t, all[:n], strings.Split(strings.TrimSuffix(r.Stdout, "\n"), "\n"))
		all = all[n:]
	}
}

// compareScans: the same code without sanitizers has read the same.
func compareScans(t *testing.T, all [][]string, lines []string) {
	t.Helper()
	if len(lines) != len(all) {
		t.Fatalf("%d results of %d vectors", len(lines), len(all))
	}
	for i, argv := range all {
		r, understood := nsexec.Scan(ctest.Canonical(), argv)
		rc := map[bool]int{true: 0, false: -1}[understood]
		want := fmt.Sprintf("%d %x %x %d", rc, uint32(r.Create), uint32(r.Join), r.Command)
		if got, _, _ := strings.Cut(lines[i], ", "); got != want {
			t.Fatalf("%q: got %s, want %s", argv, got, want)
		}
	}
}
