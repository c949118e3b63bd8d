//go:build linux

package main

import (
	"math"
	"os/exec"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestSumInitTrace_IgnoresOtherLines(t *testing.T) {
	trace := "init errors @0.2 ms, 0.01 ms clock, 0 bytes, 0 allocs\n" +
		"nsrun 1.0\n" +
		"init os @0.38 ms, 0.25 ms clock, 4696 bytes, 18 allocs\n"
	if got := sumInitTrace(trace); math.Abs(got-0.26) > 1e-9 {
		t.Errorf("sum = %v ms, want 0.26", got)
	}
}

func TestParseHyperfine_MissingCommandIsAnError(t *testing.T) {
	text := []byte(`{"results":[{"command":"a","times":[0.5,0.25]}]}`)
	times, err := parseHyperfine(text, 1)
	if err != nil || len(times[0]) != 2 || times[0][1] != 0.25 {
		t.Errorf("times = %v, error %v", times, err)
	}
	if _, err := parseHyperfine(text, 2); err == nil {
		t.Error("no error although a command is missing")
	}
}

func TestShellQuote_IsWhatAShellSplitsAgain(t *testing.T) {
	out, err := exec.Command("sh", "-c", shellQuote([]string{"printf", "[%s]", "a b", "it's", "", "$x"})).Output()
	if err != nil || string(out) != "[a b][it's][][$x]" {
		t.Errorf("the shell printed %q, error %v", out, err)
	}
}

func TestPerVolume_IsTheSlopeFromTheFirstToTheLast(t *testing.T) {
	if got := perVolume([]float64{0.003, 0.5, 0.008}); math.Abs(got-50) > 1e-9 {
		t.Errorf("a volume costs %v µs, want 50: the one in the middle is noise", got)
	}
}

func TestSlopes_HaveTheVolumesBeforeTheCommand(t *testing.T) {
	l := &lab{nsrun: "nsrun", root: "/r", volume: "/s"}
	for i, want := range []string{
		"nsrun --uts --pid --mnt --dev none --sys none -v /s:/v/0 -v /s:/v/1 /r true",
		"bwrap --unshare-uts --unshare-pid --bind /r / --proc /proc --bind /s /v/0 --bind /s /v/1 true",
	} {
		if got := strings.Join(slopes(l)[i].argv(2), " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		value, target float64
		want          string
	}{
		{2, 0, ""}, {0.6, 0.6, "≤ 0.6"}, {0.61, 0.6, "≤ 0.6 **missed**"},
	} {
		if got := verdict(c.value, c.target, ""); got != c.want {
			t.Errorf("verdict(%v, %v) = %q, want %q", c.value, c.target, got, c.want)
		}
	}
}
