//go:build linux

package seccomp

// CompileFor is Compile for a machine that the test does not run on.
func (p *Profile) CompileFor(env Env, arch string) (Program, error) { return p.compile(env, arch) }

// Numbers is a system call's number in each ABI, with x32Bit; -1 where it has none.
func Numbers(name string) (numbers [abis]int64, known bool) {
	call := find(name)
	if call == nil {
		return numbers, false
	}
	for abi, n := range call.numbers {
		numbers[abi] = int64(n)
	}
	if numbers[X32] >= 0 {
		numbers[X32] |= x32Bit
	}
	return numbers, true
}

// Names are all system calls of the table.
func Names() []string {
	names := make([]string, len(syscalls))
	for i, s := range syscalls {
		names[i] = s.name
	}
	return names
}

const X32Bit = x32Bit

func (a ABI) Narrow() bool { return a.narrow() }

var ParseRelease = parseRelease
