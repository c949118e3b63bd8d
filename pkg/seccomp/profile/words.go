//go:build linux

package profile

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/near"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
)

// word is a name in a profile and what it stands for.
type word[T any] struct {
	name  string
	means T
}

var actions = [...]word[seccomp.Action]{
	{"SCMP_ACT_KILL", seccomp.KillThread},
	{"SCMP_ACT_KILL_THREAD", seccomp.KillThread},
	{"SCMP_ACT_KILL_PROCESS", seccomp.KillProcess},
	{"SCMP_ACT_TRAP", seccomp.Trap},
	{"SCMP_ACT_ERRNO", unix.SECCOMP_RET_ERRNO},
	{"SCMP_ACT_TRACE", unix.SECCOMP_RET_TRACE},
	{"SCMP_ACT_LOG", seccomp.Log},
	{"SCMP_ACT_ALLOW", seccomp.Allow},
	{"SCMP_ACT_NOTIFY", unix.SECCOMP_RET_USER_NOTIF},
}

var operators = [...]word[seccomp.Op]{
	{"SCMP_CMP_NE", seccomp.NE}, {"SCMP_CMP_LT", seccomp.LT}, {"SCMP_CMP_LE", seccomp.LE},
	{"SCMP_CMP_EQ", seccomp.EQ}, {"SCMP_CMP_GE", seccomp.GE}, {"SCMP_CMP_GT", seccomp.GT},
	{"SCMP_CMP_MASKED_EQ", seccomp.MaskedEQ},
}

// elsewhere is an ABI of machines that this project is not for.
const elsewhere seccomp.ABI = -1

var architectures = [...]word[seccomp.ABI]{
	{"SCMP_ARCH_X86_64", seccomp.AMD64}, {"SCMP_ARCH_X86", seccomp.I386}, {"SCMP_ARCH_X32", seccomp.X32},
	{"SCMP_ARCH_AARCH64", seccomp.ARM64}, {"SCMP_ARCH_ARM", seccomp.ARM},
	{"SCMP_ARCH_MIPS", elsewhere}, {"SCMP_ARCH_MIPS64", elsewhere}, {"SCMP_ARCH_MIPS64N32", elsewhere},
	{"SCMP_ARCH_MIPSEL", elsewhere}, {"SCMP_ARCH_MIPSEL64", elsewhere}, {"SCMP_ARCH_MIPSEL64N32", elsewhere},
	{"SCMP_ARCH_PPC", elsewhere}, {"SCMP_ARCH_PPC64", elsewhere}, {"SCMP_ARCH_PPC64LE", elsewhere},
	{"SCMP_ARCH_S390", elsewhere}, {"SCMP_ARCH_S390X", elsewhere}, {"SCMP_ARCH_RISCV64", elsewhere},
	{"SCMP_ARCH_LOONGARCH64", elsewhere}, {"SCMP_ARCH_M68K", elsewhere}, {"SCMP_ARCH_SH", elsewhere},
	{"SCMP_ARCH_SHEB", elsewhere}, {"SCMP_ARCH_PARISC", elsewhere}, {"SCMP_ARCH_PARISC64", elsewhere},
}

// The kernel gets every filter for the one thread that executes the command, so
// there is nothing to do for TSYNC.
var flags = [...]word[uint32]{
	{"SECCOMP_FILTER_FLAG_TSYNC", 0},
	{"SECCOMP_FILTER_FLAG_LOG", unix.SECCOMP_FILTER_FLAG_LOG},
	{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW},
}

// oneOf reads a string that is one of the words.
func oneOf[T any](r *reader, words []word[T], noun string) (T, error) {
	var none T
	name, err := r.str("a name")
	if err != nil {
		return none, err
	}
	names := make([]string, len(words))
	for i, w := range words {
		if w.name == name {
			return w.means, nil
		}
		names[i] = w.name
	}
	return none, r.wrong(unknown(noun, name, names))
}

func unknown(noun, name string, names []string) string {
	text := "there is no " + noun + " " + diag.Quote(name)
	for i, n := range near.Names(name, names) {
		text += [...]string{"; near: ", ", ", ", "}[i] + n
	}
	return text
}
