//go:build linux

package profile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
)

const every = `{
	"defaultAction": "SCMP_ACT_ERRNO",
	"defaultErrnoRet": 38,
	"archMap": [
		{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
		{"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
		{"architecture": "SCMP_ARCH_MIPS64", "subArchitectures": ["SCMP_ARCH_MIPS"]},
		{"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}
	],
	"flags": ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
	"listenerPath": "", "listenerMetadata": "",
	"syscalls": [
		{"names": ["read", "no_such_call"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "", "includes": {}, "excludes": {}},
		{"name": "write", "action": "SCMP_ACT_LOG", "args": null},
		{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 22, "errno": "EINVAL", "args": [
			{"index": 5, "value": 18446744073709551615, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"},
			{"op": "SCMP_CMP_NE", "value": 0, "index": 0}
		]},
		{"names": ["clone"], "action": "SCMP_ACT_TRACE",
			"includes": {"caps": ["CAP_SYS_ADMIN", "cap_bpf"], "minKernel": "4.8", "arches": ["amd64", "s390x"]},
			"excludes": {"caps": ["CAP_KILL"], "arches": ["arm64"], "minKernel": "7.10"}},
		{"names": ["dup"], "action": "SCMP_ACT_KILL"},
		{"names": ["dup2"], "action": "SCMP_ACT_KILL_THREAD"},
		{"names": ["dup3"], "action": "SCMP_ACT_KILL_PROCESS"},
		{"names": ["pipe"], "action": "SCMP_ACT_TRAP"},
		{"names": ["pipe2"], "action": "SCMP_ACT_TRACE", "errnoRet": 65535},
		{"names": ["poll"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0}
	]
}
`

func TestParse(t *testing.T) {
	got, err := Parse("web.json", []byte(every))
	if err != nil {
		t.Fatal(err)
	}
	type rule = seccomp.Rule
	want := &seccomp.Profile{
		Default: seccomp.Errno(unix.ENOSYS),
		ABIs:    []seccomp.ABI{seccomp.I386, seccomp.X32, seccomp.ARM},
		Flags:   unix.SECCOMP_FILTER_FLAG_LOG | unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		Rules: []rule{
			{Names: []string{"read", "no_such_call"}, Action: seccomp.Allow},
			{Names: []string{"write"}, Action: seccomp.Log},
			{Names: []string{"socket"}, Action: seccomp.Errno(unix.EINVAL), Args: []seccomp.Arg{
				{Index: 5, Op: seccomp.MaskedEQ, Value: 1<<64 - 1, ValueTwo: 3}, {Op: seccomp.NE},
			}},
			{Names: []string{"clone"}, Action: seccomp.Trace(1),
				Includes: seccomp.When{Caps: caps.Of(unix.CAP_SYS_ADMIN, unix.CAP_BPF), Arches: []string{"amd64", "s390x"},
					MinKernel: seccomp.Kernel{Major: 4, Minor: 8}},
				Excludes: seccomp.When{Caps: caps.Of(unix.CAP_KILL), Arches: []string{"arm64"},
					MinKernel: seccomp.Kernel{Major: 7, Minor: 10}}},
			{Names: []string{"dup"}, Action: seccomp.KillThread},
			{Names: []string{"dup2"}, Action: seccomp.KillThread},
			{Names: []string{"dup3"}, Action: seccomp.KillProcess},
			{Names: []string{"pipe"}, Action: seccomp.Trap},
			{Names: []string{"pipe2"}, Action: seccomp.Trace(65535)},
			{Names: []string{"poll"}, Action: seccomp.Errno(0)},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseDetails(t *testing.T) {
	const rules = `{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO", "names": ["read"]`
	rows := []struct {
		why, text string
		want      seccomp.Action // of the first rule, or, without one, the default
	}{
		{"an error is EPERM where nothing is said", rules + `}]}`, seccomp.Errno(unix.EPERM)},
		{"podman's name of an error", rules + `, "errno": "ENOENT"}]}`, seccomp.Errno(unix.ENOENT)},
		{"it outweighs the number behind it", rules + `, "errno": "ENOENT", "errnoRet": 1}]}`, seccomp.Errno(unix.ENOENT)},
		{"... and before it", rules + `, "errnoRet": 1, "errno": "ENOENT"}]}`, seccomp.Errno(unix.ENOENT)},
		{"an empty one is none", rules + `, "errnoRet": 5, "errno": ""}]}`, seccomp.Errno(unix.EIO)},
		{"the second name of a number", rules + `, "errno": "EWOULDBLOCK"}]}`, seccomp.Errno(unix.EAGAIN)},
		{"... and another", rules + `, "errno": "EOPNOTSUPP"}]}`, seccomp.Errno(unix.EOPNOTSUPP)},
		{"the last error", rules + `, "errno": "EHWPOISON"}]}`, seccomp.Errno(unix.EHWPOISON)},
		{"a null is nothing", rules + `, "errnoRet": null, "excludes": null}]}`, seccomp.Errno(unix.EPERM)},
		{"podman's name of the default error", `{"defaultAction":"SCMP_ACT_ERRNO","defaultErrno":"ENOSYS","defaultErrnoRet":38}`,
			seccomp.Errno(unix.ENOSYS)},
		{"an escaped string", `{"defaultAction": "\u0053CMP\u005fACT_TRAP"}`, seccomp.Trap},
	}
	for _, row := range rows {
		p, err := Parse("web.json", []byte(row.text))
		if err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		got := p.Default
		if len(p.Rules) > 0 {
			got = p.Rules[0].Action
		}
		if got != row.want {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

func TestArchitectures(t *testing.T) {
	p, err := Parse("web.json", []byte(`{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]}`))
	if err != nil || !cmp.Equal(p.ABIs, []seccomp.ABI{seccomp.AMD64, seccomp.I386}) {
		t.Errorf("%v, %v", p, err)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "web.json")
	if err := os.WriteFile(path, []byte(every), 0o644); err != nil {
		t.Fatal(err)
	}
	if p, err := Read(path); err != nil || len(p.Rules) != 10 {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := Read(filepath.Join(dir, "none.json")); !errors.Is(err, unix.ENOENT) || diag.IsUsage(err) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Read(dir); !errors.Is(err, unix.EISDIR) {
		t.Errorf("a directory: %v", err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat(" ", maxSize+1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); !diag.IsUsage(err) || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("a large file: %v", err)
	}
}
