//go:build linux

package privileges_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	moby "github.com/moby/profiles/seccomp"
	specs "github.com/opencontainers/runtime-spec/specs-go"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/caps"
)

// runc is a container of runc with these capabilities, and with the filter that Docker makes of
// its default profile for them.
func runc(t *testing.T, rootfs string, set caps.Set, command ...string) nstest.Result {
	t.Helper()
	path := nstest.RequireCommand(t, "runc")
	bundle := nstest.TempDir(t)
	cmd := exec.Command(path, "spec")
	cmd.Dir = bundle
	mustRun(t, nstest.Exec(t, cmd))
	file := filepath.Join(bundle, "config.json")
	text, err := os.ReadFile(file)
	must(t, err)
	var spec specs.Spec
	must(t, json.Unmarshal(text, &spec))
	names := strings.Split(set.String(), ",")
	if set == 0 {
		names = nil
	}
	spec.Process.Terminal, spec.Process.NoNewPrivileges, spec.Process.Args = false, false, command
	spec.Process.Capabilities = &specs.LinuxCapabilities{Bounding: names, Effective: names, Permitted: names}
	spec.Root.Path = rootfs
	spec.Linux.Seccomp, err = moby.GetDefaultProfile(&spec)
	must(t, err)
	name := fmt.Sprintf("nstest-privileges-%d-%x", os.Getpid(), uint64(set))
	spec.Linux.CgroupsPath = "/" + name
	text, err = json.Marshal(&spec)
	must(t, err)
	must(t, os.WriteFile(file, text, 0o644))
	// runc 1.1 forgets the cgroup of version 2 where there is version 1 as well.
	defer func() {
		left, _ := filepath.Glob("/sys/fs/cgroup/*/" + name)
		for _, dir := range left {
			_ = os.Remove(dir)
		}
	}()
	return nstest.Exec(t, exec.Command(path, "--root", filepath.Join(bundle, "state"), "run", "--bundle", bundle, name))
}

// olderLibrary are those that a libseccomp before 2.6 does not know: runc answers with ENOSYS to
// what is newer than the newest call that the profile names to it.
var olderLibrary = map[string]bool{"cachestat": true, "listmount": true, "statmount": true}

// runc with the filter that Docker gives it answers the same to every call.
func TestDefaultProfileIsThatOfDocker(t *testing.T) {
	setUp(t)
	rootfs := nstest.Rootfs(t)
	copyFile(t, "/proc/self/exe", filepath.Join(rootfs, "helper"), 0o755)
	for _, names := range []string{
		"CHOWN,SETUID,SYS_CHROOT,MKNOD", "", "SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH", "SYS_CHROOT", "SYS_MODULE", "SYS_PACCT",
		"SYS_RAWIO", "SYS_TIME", "SYS_NICE", "SYSLOG", "BPF", "PERFMON",
	} {
		t.Run(names, func(t *testing.T) {
			var set caps.Set
			options := []string{"--uts", "--ipc", "--net", "--pid", "--mnt", "--seccomp=default", "--cap-drop=ALL"}
			if names != "" {
				var err error
				set, err = caps.Parse(names)
				must(t, err)
				options = append(options, "--cap-add="+names)
			}
			want := answers(t, mustRun(t, runc(t, rootfs, set, "/helper", askArg)))
			got := answers(t, mustRun(t, nstest.Exec(t, root.nsrun(t, append(options, rootfs, "/helper", askArg)...))))
			for name, word := range want {
				if got[name] != word && !(olderLibrary[name] && word == "ENOSYS") {
					t.Errorf("%s: %s, with runc %s", name, got[name], word)
				}
			}
		})
	}
}
