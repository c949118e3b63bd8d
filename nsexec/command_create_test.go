//go:build linux && cgo

package nsexec_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// listNamespaces is a shell script that prints "uts uts:[4026531838]" and so on.
const listNamespaces = `for n in user cgroup ipc uts net pid mnt time; do echo "$n $(readlink /proc/self/ns/$n)"; done`

// differing are the kinds of namespaces in the output of listNamespaces that are not
// the caller's.
func differing(t *testing.T, output []byte) nsfs.Kind {
	t.Helper()
	links := map[string]string{}
	for line := range strings.Lines(string(output)) {
		name, link, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		links[name] = link
	}
	var kinds nsfs.Kind
	for _, kind := range nsfs.Kinds {
		own, err := os.Readlink("/proc/self/ns/" + kind.String())
		if err != nil {
			continue // the kernel lacks it
		}
		switch link := links[kind.String()]; {
		case link == "":
			t.Errorf("no %s namespace in the output:\n%s", kind, output)
		case link != own:
			kinds |= kind
		}
	}
	return kinds
}

// wantNamespaces runs the command, which lists its namespaces, and compares.
func wantNamespaces(t *testing.T, cmd *nsexec.Cmd, want nsfs.Kind) {
	t.Helper()
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if got := differing(t, output); got != want {
		t.Errorf("other namespaces than the caller's: %v, want %v\n%s", got, want, output)
	}
}

func TestCreate(t *testing.T) {
	nstest.RequireRoot(t)
	all := nsfs.Kind(0)
	several := []nsfs.Kind{0, nsfs.UTS | nsfs.IPC, nsfs.PID | nsfs.Mnt, nsfs.Time | nsfs.Net, nsfs.User | nsfs.PID | nsfs.Time}
	for _, kind := range nsfs.Kinds {
		if nsfs.Supported(kind) {
			all |= kind
		}
	}
	for _, kinds := range append(append(several, nsfs.Kinds...), all) {
		if kinds&^all != 0 {
			continue
		}
		t.Run(kinds.String(), func(t *testing.T) {
			wantNamespaces(t, nsexec.Command(nsexec.Config{Create: kinds}, "sh", "-c", listNamespaces), kinds)
		})
	}
}

func TestCreateAsUser(t *testing.T) {
	nstest.RequireUserNS(t)
	nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
		for _, kinds := range []nsfs.Kind{nsfs.User, nsfs.User | nsfs.UTS, nsfs.User | nsfs.PID | nsfs.Mnt | nsfs.Net} {
			config := nsexec.Config{Create: kinds, Map: nsexec.MapRoot}
			wantNamespaces(t, nsexec.Command(config, "sh", "-c", listNamespaces), kinds)
		}
	})
}

func TestFirstProcessOfAPIDNamespace(t *testing.T) {
	nstest.RequireRoot(t)
	cmd := nsexec.Command(nsexec.Config{Create: nsfs.PID}, "sh", "-c", `echo $$ $PPID; read -r x`)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid, parent int
	if _, err := fmt.Fscan(stdout, &pid, &parent); err != nil || pid != 1 || parent != 0 {
		t.Errorf("it is %d, its parent %d, %v; want 1 and 0", pid, parent, err)
	}
	if got, want := statusField(t, cmd.PID, "NSpid"), fmt.Sprintf("%d\t1", cmd.PID); got != want {
		t.Errorf("PID is %d, whose NSpid is %q, want %q", cmd.PID, got, want)
	}
	if got, want := statusField(t, cmd.PID, "PPid"), fmt.Sprint(cmd.Process.Pid); got != want {
		t.Errorf("the parent of PID is %s, want Process, %s", got, want)
	}
	if name := statusField(t, cmd.Process.Pid, "Name"); name != "nsexec:super" {
		t.Errorf("Process is called %q", name)
	}
	stdin.Close()
	_ = cmd.Wait() // read fails at the end of its input
}

// Where nothing needs a supervisor there is none.
func TestPIDWithoutSupervisor(t *testing.T) {
	cmd := nsexec.Command(nsexec.Config{}, "sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer stop(t, cmd)
	if cmd.PID != cmd.Process.Pid {
		t.Errorf("PID %d, Process %d", cmd.PID, cmd.Process.Pid)
	}
	// Start returns when it has been executed, and so its memory is sleep's.
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", cmd.PID)); string(text) != "sleep\x001000\x00" {
		t.Errorf("the command line is %q, %v", text, err)
	}
}

// statusField is a field of /proc/PID/status.
func statusField(t *testing.T, pid int, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	return fieldOf(t, string(text), name)
}

func fieldOf(t *testing.T, status, name string) string {
	t.Helper()
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("no %s in\n%s", name, status)
	return ""
}

// stop kills what was started, and waits for the command too, which may be a child of
// the process that is killed.
func stop(t *testing.T, cmd *nsexec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // "signal: killed"
}
