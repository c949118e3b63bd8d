//go:build linux

package idmap

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// programDirs are where programs are looked for: never in the caller's PATH,
// which is for the command. The first two are NixOS's and Guix's, where no
// set-uid program is anywhere else.
var programDirs = []string{
	"/run/wrappers/bin", "/run/privileged/bin",
	"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
}

const (
	programTime   = 20 * time.Second // a directory service may be asked
	programOutput = 1 << 20          // bytes, of each stream
)

// find is the path of a program, "" when it is in no directory.
func (c *caller) find(name string) string {
	for _, dir := range c.path {
		path := filepath.Join(dir, name)
		var st unix.Stat_t
		if unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG && unix.Access(path, unix.X_OK) == nil {
			return path
		}
	}
	return ""
}

// start runs a program with an empty environment: LD_PRELOAD, LOCPATH and their
// like are for the command. The error is that of exec.Cmd, a timeout's, or EFBIG
// for too much output.
func (c *caller) start(path string, args ...string) (stdout, stderr string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.patience)
	defer cancel()
	var out, diagnostics bounded
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{}
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	cmd.WaitDelay = time.Second // it may have left its output to another
	err = cmd.Run()
	switch { // both make it end by a signal
	case ctx.Err() != nil:
		err = unix.ETIMEDOUT
	case out.full || diagnostics.full:
		err = unix.EFBIG
	}
	return out.String(), diagnostics.String(), err
}

// bounded keeps programOutput bytes, and refuses more.
type bounded struct {
	buffer bytes.Buffer
	full   bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.full = b.buffer.Len()+len(p) > programOutput; b.full {
		return 0, unix.EFBIG
	}
	return b.buffer.Write(p)
}

func (b *bounded) String() string { return b.buffer.String() }
