//go:build linux

package profile

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/seccomp"
)

func (r *reader) when() (w seccomp.When, err error) {
	err = r.object(func(key string) (err error) {
		switch key {
		case "caps":
			w.Caps, err = r.caps()
		case "arches":
			w.Arches, err = r.strings("the name of an architecture")
		case "minKernel":
			w.MinKernel, err = r.kernel()
		default:
			err = r.wrong(unknown("field", key, []string{"caps", "arches", "minKernel"}))
		}
		return err
	})
	return w, err
}

func (r *reader) caps() (set caps.Set, err error) {
	err = r.list(func() error {
		name, err := r.str("the name of a capability")
		if err != nil {
			return err
		}
		n, err := caps.Number(name)
		if err != nil {
			return r.wrong(err.Error())
		}
		set |= caps.Of(n)
		return nil
	})
	return set, err
}

func (r *reader) kernel() (k seccomp.Kernel, err error) {
	text, err := r.str("a release of Linux such as 4.8")
	if err != nil || text == "" {
		return k, err
	}
	major, minor, _ := strings.Cut(text, ".")
	a, errA := strconv.ParseUint(major, 10, 8)
	b, errB := strconv.ParseUint(minor, 10, 8)
	if errA != nil || errB != nil || a+b == 0 {
		return k, r.wrong(`a release of Linux is two numbers, such as "4.8"`)
	}
	return seccomp.Kernel{Major: int(a), Minor: int(b)}, nil
}
