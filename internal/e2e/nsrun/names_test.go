//go:build linux

package nsrun_test

import (
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestHostname(t *testing.T) {
	const show = "cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname"
	root := nstest.Rootfs(t)
	long := strings.Repeat("x", 64)
	for _, row := range []struct {
		name    string
		options []string
		want    string
	}{
		{"both names", []string{"--hostname", "box", "--domainname", "example"}, "box\nexample\n"},
		{"the longest names", []string{"--hostname=" + long, "--domainname=" + long}, long + "\n" + long + "\n"},
		{"the last one counts", []string{"--hostname=a", "--hostname=b", "--domainname=c"}, "b\nc\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustPrint(t, c.run(t, append(row.options, "sh", "-c", show)...), row.want)
				inRoot := append(row.options, mainJob(root, "sh", "-c", show)...)
				mustPrint(t, c.run(t, inRoot...), row.want)
			})
		})
	}
}

func TestBadHostname(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustFail(t, c.run(t, "--hostname="+strings.Repeat("x", 65), "true"), 125, "--hostname", "64 bytes")
		mustFail(t, c.run(t, "--hostname=", "true"), 125, "--hostname", "empty")
		mustFail(t, c.run(t, "--domainname"), 125, "--domainname", "argument")
	})
}
