//go:build linux

package seccomp_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	moby "github.com/moby/profiles/seccomp"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/seccomp"
	"nskit.dev/nskit/pkg/seccomp/profile"
)

// environments are no capability, each alone, Docker's, and all, each on a kernel
// from before and after 4.8.
func environments() (all []seccomp.Env) {
	sets := []caps.Set{0, caps.Docker, 1<<41 - 1}
	for n := range unix.CAP_LAST_CAP + 1 {
		sets = append(sets, caps.Of(n))
	}
	for _, set := range sets {
		all = append(all, seccomp.Env{Caps: set, Kernel: seccomp.Kernel{Major: 4, Minor: 7}}, seccomp.Env{Caps: set, Kernel: linux6})
	}
	return all
}

func TestDockerIsWhatDockerHas(t *testing.T) {
	text, err := json.Marshal(moby.DefaultProfile())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := profile.Parse("moby", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range environments() {
		for arch := range machines {
			want, err := theirs.CompileFor(env, arch)
			if err != nil {
				t.Fatal(err)
			}
			got, err := seccomp.Docker().CompileFor(env, arch)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Filter, want.Filter) || got.Flags != want.Flags {
				t.Errorf("%s, %v, Linux %v: the programs differ", arch, env.Caps, env.Kernel)
			}
		}
	}
}

func TestDockerDoesWhatItsRulesSay(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	args := vectors(rng, 4)
	for _, domain := range []uint64{37, 38, 39, 40, 41} {
		args = append(args, [6]uint64{domain})
	}
	for _, flags := range []uint64{unix.CLONE_VM, unix.CLONE_NEWUSER, unix.CLONE_NEWNET | unix.CLONE_FS, unix.CLONE_NEWTIME, 0x20008} {
		args = append(args, [6]uint64{flags})
	}
	for _, env := range environments() {
		for arch := range machines {
			check(t, seccomp.Docker(), env, arch, args)
		}
	}
}

// The kernel walks a filter for each system call when it is loaded, and again for
// each that is made, if it is not allowed in any case.
func TestDockerIsShortForEverySystemCall(t *testing.T) {
	program, err := seccomp.Docker().CompileFor(seccomp.Env{Caps: caps.Docker, Kernel: linux6}, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(program.Filter); n > 550 {
		t.Errorf("the program has %d instructions", n)
	}
	for _, a := range machines["amd64"] {
		for _, number := range numbersToTry(a.id) {
			if _, steps := run(t, program.Filter, call{number, a.audit, [6]uint64{99}}); steps > 40 {
				t.Errorf("ABI %d, system call %d: %d instructions", a.id, number, steps)
			}
		}
	}
}

func BenchmarkCompileDocker(b *testing.B) {
	for b.Loop() {
		if _, err := seccomp.Docker().Compile(seccomp.Env{Caps: caps.Docker, Kernel: linux6}); err != nil {
			b.Fatal(err)
		}
	}
}
