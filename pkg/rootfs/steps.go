//go:build linux

package rootfs

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"
)

// Steps is the work in the order in which it is to be done. Nothing is
// touched before the steps are run. The error is one of usage.
//
// On failure the mount namespace is left half done: it is for the end of the
// process. So is the working directory.
func (c *Config) Steps() ([]plan.Step, error) {
	if strings.IndexByte(c.Root, 0) >= 0 {
		return nil, diag.Usage("the root directory has a NUL byte in its name")
	}
	b := &builder{Config: *c}
	b.propagationBefore()
	if c.Root != "" {
		b.attachRoot()
	}
	b.proc()
	b.dev()
	b.sys()
	if c.Root != "" {
		b.pivot()
	}
	b.propagationAfter()
	return b.steps, nil
}

// builder collects the steps, and is what they share while they run.
type builder struct {
	Config
	steps []plan.Step
	root  int // O_PATH descriptor of the new root, once it is attached
}

func (b *builder) add(call, shell func() string, do func() error) {
	b.steps = append(b.steps, plan.Step{Call: call, Shell: shell, Do: do})
}

// peersOutside reports whether mounts of this namespace may propagate to
// others while the steps run.
func (b *builder) peersOutside() bool {
	return b.Propagation == mount.Shared || b.Propagation == mount.Unchanged
}

// fixed is a text that needs no work.
func fixed(text string) func() string { return func() string { return text } }

// step names the step that err is of, unless it has a name.
func step(words string, err error) error {
	if e, ok := err.(*diag.Error); ok && e.Step == "" {
		e.Step = words
	}
	return err
}
