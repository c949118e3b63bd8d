//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// printMachine prints what the figures below it depend on.
func printMachine(w io.Writer, l *lab, s sampler) {
	var u unix.Utsname
	_ = unix.Uname(&u)
	fmt.Fprintf(w, "- %s, Linux %s %s, %s, %d CPUs\n", time.Now().Format(time.DateOnly),
		unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:]), cpuModel(), runtime.NumCPU())
	fmt.Fprintf(w, "- medians of %d rounds of %d runs, in milliseconds; %s\n", s.rounds, s.runs, version(s.hyperfine))

	var found, missing []string
	for _, name := range []string{l.nsrun, "nsenter", "unshare", "bwrap", "crun", "runc"} {
		if path := findTool(name); path != "" {
			found = append(found, version(path))
		} else {
			missing = append(missing, name)
		}
	}
	fmt.Fprintf(w, "- %s\n", strings.Join(found, "; "))
	if len(missing) > 0 {
		fmt.Fprintf(w, "- not installed: %s\n", strings.Join(missing, ", "))
	}
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown CPU"
}
