//go:build linux

package profile

import "nskit.dev/nskit/pkg/seccomp"

// abis reads the ABIs that the rules are for: a list of them, or Docker's archMap,
// which lists for each kind of machine what it has beside its own.
func (r *reader) abis(key string) (list []seccomp.ABI, err error) {
	if key == "architectures" {
		return r.architectures()
	}
	err = r.list(func() error {
		machine, others, err := r.machine()
		if machine == seccomp.AMD64 || machine == seccomp.ARM64 {
			list = append(list, others...)
		}
		return err
	})
	return list, err
}

func (r *reader) machine() (own seccomp.ABI, others []seccomp.ABI, err error) {
	r.blanks()
	start := r.at
	has := false
	err = r.object(func(key string) (err error) {
		switch key {
		case "architecture":
			has = true
			own, err = oneOf(r, architectures[:], "architecture")
		case "subArchitectures":
			others, err = r.architectures()
		default:
			err = r.wrong(unknown("field", key, []string{"architecture", "subArchitectures"}))
		}
		return err
	})
	if err == nil && !has {
		err = r.problem(start, "it has no architecture")
	}
	return own, others, err
}

func (r *reader) architectures() (list []seccomp.ABI, err error) {
	err = r.list(func() error {
		abi, err := oneOf(r, architectures[:], "architecture")
		list = append(list, abi)
		return err
	})
	return list, err
}
