//go:build cgo && linux

package cli_test

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/internal/cli/joinopts"
	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// What the constructor reads of ids and privileges in nsrun's command line.
func TestScanOfIdentityOfNsrun(t *testing.T) {
	const most = "4294967294"
	for _, tc := range []struct {
		words string
		want  func(*nsexec.Request) // nil: not understood, so that Go comes first
	}{
		{"--owner=1:2 c", owner(1, 2)},
		{"--owner 0:0 c", owner(0, 0)},
		{"--owner=" + most + ":" + most + " c", owner(4294967294, 4294967294)},
		{"--owner=1:2 --owner=3:4 c", owner(3, 4)},
		{"--owner=4294967295:0 c", nil},
		{"--owner=0:4294967295 c", nil},
		{"--owner=1:2:3 c", nil},
		{"--owner=1 c", nil},
		{"--owner=1: c", nil},
		{"--owner=:1 c", nil},
		{"--owner=: c", nil},
		{"--owner= c", nil},
		{"--owner=01:0 c", nil},
		{"--owner=0:00 c", nil},
		{"--owner=-1:0 c", nil},
		{"--owner=+1:0 c", nil},
		{"--owner=1:0x1 c", nil},
		{"--owner=root:root c", nil}, // a name: Go resolves it, and starts again
		{"--owner=99999999999999999999:0 c", nil},
		{"--map-users=0:0:1 c", func(r *nsexec.Request) { r.Create, r.MapByHelper = nsfs.User, true }},
		{"--map-auto c", func(r *nsexec.Request) { r.Create, r.MapByHelper = nsfs.User, true }},
		{"--setgroups=deny c", func(r *nsexec.Request) { r.Create, r.MapByHelper = nsfs.User, true }},
		{"-S0 c", func(r *nsexec.Request) { r.Go = true }},
		{"-S=nobody c", func(r *nsexec.Request) { r.Go = true }},
		{"-G5 c", func(r *nsexec.Request) { r.Go, r.DropGroups = true, true }},
		{"--groups=5,6 c", func(r *nsexec.Request) { r.Go = true }},
		{"--cap-drop=ALL --cap-add=KILL c", func(r *nsexec.Request) { r.Go = true }},
		{"--keep-caps c", func(r *nsexec.Request) { r.Go = true }},
		{"--no-new-privs c", func(r *nsexec.Request) { r.Go = true }},
		{"--no-new-privs on", func(r *nsexec.Request) { r.Go = true }},
		{"--seccomp=default c", func(r *nsexec.Request) { r.Go = true }},
		{"--new-session c", func(r *nsexec.Request) { r.Go, r.Fork = true, true }},
		{"--new-session=off c", func(r *nsexec.Request) { r.Go, r.Fork = true, true }},
		{"--harden c", func(r *nsexec.Request) { r.Go, r.Fork = true, true }},
		{"--harden= c", nil},
		{"--keep-caps=on c", nil},
	} {
		argv := append([]string{"nsrun"}, strings.Split(tc.words, " ")...)
		scanned(t, runopts.Table(), argv, request(argv), tc.want)
	}
}

func owner(uid, gid uint32) func(*nsexec.Request) {
	return func(r *nsexec.Request) {
		r.Create, r.MapByHelper, r.OwnerUID, r.OwnerGID = nsfs.User, true, uid, gid
	}
}

// The same in the canonical command line of nsjoin, where Go has turned names into numbers.
func TestScanOfPrivilegesOfNsjoin(t *testing.T) {
	sets := strings.Repeat("f", 16)
	long := strings.Repeat("5,", 65535) + "5" // NGROUPS_MAX ids
	for _, tc := range []struct {
		option string
		want   func(*nsexec.Request)
	}{
		{"--setuid=0", func(r *nsexec.Request) { r.SetUID = 0 }},
		{"--setuid=4294967294", func(r *nsexec.Request) { r.SetUID = 4294967294 }},
		{"--setgid=7", func(r *nsexec.Request) { r.SetGID = 7 }},
		{"--groups=5", func(r *nsexec.Request) { r.Groups = "5" }},
		{"--groups=0,4294967294,5", func(r *nsexec.Request) { r.Groups = "0,4294967294,5" }},
		{"--groups=" + long, func(r *nsexec.Request) { r.Groups = long }},
		{"--no-new-privs", func(r *nsexec.Request) { r.NoNewPrivs = true }},
		{"--caps=0:0:0", func(r *nsexec.Request) { r.Caps = "0:0:0" }},
		{"--caps=ff:f:0", func(r *nsexec.Request) { r.Caps = "ff:f:0" }},
		{"--caps=" + sets + ":" + sets + ":" + sets, func(r *nsexec.Request) { r.Caps = sets + ":" + sets + ":" + sets }},
		{"--seccomp-fd=3", func(r *nsexec.Request) { r.SeccompFD = 3 }},
		{"--seccomp-fd=2147483647", func(r *nsexec.Request) { r.SeccompFD = 2147483647 }},

		{"--setuid=", nil}, {"--setuid=4294967295", nil}, {"--setuid=-1", nil}, {"--setuid=01", nil}, {"--setuid=root", nil},
		{"--setuid=1 ", nil}, {"--setuid=0x1", nil}, {"--setuid=18446744073709551616", nil},
		{"--setgid=4294967295", nil}, {"--setgid=", nil}, {"--setgid=1,2", nil},
		{"--groups=", nil}, {"--groups=,", nil}, {"--groups=5,", nil}, {"--groups=,5", nil}, {"--groups=5,,6", nil},
		{"--groups=05", nil}, {"--groups=4294967295", nil}, {"--groups=5 6", nil}, {"--groups=audio", nil},
		{"--groups=5," + long, nil},
		{"--caps=", nil}, {"--caps=0", nil}, {"--caps=0:0", nil}, {"--caps=0:0:0:0", nil}, {"--caps=::", nil}, {"--caps=0:0:", nil},
		{"--caps=:0:0", nil}, {"--caps=F:0:0", nil}, {"--caps=0x1:0:0", nil}, {"--caps=g:0:0", nil}, {"--caps= 0:0:0", nil},
		{"--caps=0" + sets + ":0:0", nil}, {"--caps=0:0:0" + sets, nil},
		{"--seccomp-fd=2", nil}, {"--seccomp-fd=0", nil}, {"--seccomp-fd=03", nil}, {"--seccomp-fd=2147483648", nil}, {"--seccomp-fd=", nil},
	} {
		argv := []string{"nsjoin", "--target=42", tc.option, "c"}
		want := request(argv)
		want.Target = 42
		scanned(t, joinopts.Table(), argv, want, tc.want)
	}
}

// request is one for nothing but the command, which is the last word.
func request(argv []string) nsexec.Request {
	at := len(argv) - 1
	return nsexec.Request{TargetFD: -1, SeccompFD: -1, SetUID: nsexec.NoID, SetGID: nsexec.NoID,
		OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, Operands: at, Command: at}
}

// scanned compares what the constructor reads with want, changed by change.
func scanned(t *testing.T, table unsafe.Pointer, argv []string, want nsexec.Request, change func(*nsexec.Request)) {
	t.Helper()
	got, understood := nsexec.Scan(table, argv)
	if understood != (change != nil) {
		t.Errorf("%.80q: understood: %v", argv, understood)
	} else if understood {
		change(&want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.80q: %s", argv, diff)
		}
	}
}
