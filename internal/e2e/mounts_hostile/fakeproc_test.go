//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// masked is what the default masks and read-only paths must have covered, where the kernel has it.
var masked = map[string][]string{
	"proc": {"kcore", "keys", "timer_list", "interrupts", "sysrq-trigger", "sys", "irq"},
	"sys":  {"firmware"},
}

// CVE-2019-16884, CVE-2019-19921, CVE-2023-27561 (runc) as a race: while /proc or /sys is swapped with a
// made-up one, the masks must not go to the made-up one and leave the real one open.
func TestCVE_2019_16884(t *testing.T) {
	for _, row := range []struct {
		name, on string
		old      bool // the calls of an old kernel
	}{{"a made-up proc", "proc", false}, {"a made-up proc, by the old calls", "proc", true}, {"a made-up sys", "sys", false}} {
		t.Run(row.name, func(t *testing.T) {
			var before []string
			if row.old {
				before = nstest.OldKernel(t)
			}
			eachCaller(t, func(t *testing.T, c caller) { raceForMasks(t, c, row.on, before) })
		})
	}
}

func raceForMasks(t *testing.T, c caller, name string, before []string) {
	t.Helper()
	root, canary := hostileRootfs(t, c)
	fake := filepath.Join(root, "fake")
	for _, dir := range []string{"sys/kernel", "bus", "fs", "irq", "acpi", "scsi", "firmware"} {
		must(t, os.MkdirAll(filepath.Join(fake, dir), 0o755))
	}
	for _, file := range []string{"kcore", "keys", "sysrq-trigger", "timer_list", "interrupts"} {
		write(t, filepath.Join(fake, file), "", 0o666)
	}
	give(t, c, root)
	args := job([]string{"--mask=default", "--ro-path=default"}, root, "sh", "-c",
		"cat /proc/self/mountinfo /fake/self/mountinfo || cat /proc/self/mountinfo /fake/self/mountinfo; true")
	seen := 0
	raceWith(t, before, c, filepath.Join(root, name), fake, args, func(r nstest.Result) {
		if r.Code == 0 && r.Stdout != "" {
			seen++
			maskedWhereItIs(t, r.Stdout, name)
		}
	})
	if seen == 0 {
		t.Error("no run worked")
	}
	canary.untouched(t)
}

// maskedWhereItIs looks at a mount table: the file system must have a mount on each of these, wherever
// it is by now.
func maskedWhereItIs(t *testing.T, table, name string) {
	t.Helper()
	id, at := "", ""
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if fstype := map[string]string{"proc": " - proc ", "sys": " - sysfs "}[name]; strings.Contains(line, fstype) && f[3] == "/" {
			id, at = f[0], f[4]
		}
	}
	for _, want := range masked[name] {
		covered := !exists("/" + name + "/" + want)
		for line := range strings.Lines(table) {
			f := strings.Fields(line)
			covered = covered || f[1] == id && filepath.Base(f[4]) == want
		}
		if !covered {
			t.Fatalf("what is at %q has nothing on %s:\n%s", at, want, table)
		}
	}
}
