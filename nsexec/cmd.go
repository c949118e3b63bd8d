//go:build linux

package nsexec

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Cmd is a command in namespaces. Its fields are those of exec.Cmd, which must
// be started by the methods of this type. Path and Args are Command's: do not
// change them. The command is looked up inside, in the PATH that it gets.
type Cmd struct {
	*exec.Cmd
	PID int // of the command, as the caller sees it, after Start; its supervisor is Process

	config  Config
	command []string
}

// Command returns the command to execute name with the arguments in the
// namespaces that the Config describes, by starting this executable again: the
// constructor of this package then acts before anything of this program runs.
// Nothing but fields is filled in.
func Command(config Config, name string, arg ...string) *Cmd {
	return &Cmd{
		Cmd:     exec.Command("/proc/self/exe"),
		config:  config,
		command: append([]string{name}, arg...),
	}
}

// Start starts the command and returns when it has been executed. The error is a
// *diag.Error that says which step failed, with a hint where the cause can be
// seen; nothing is left running then.
//
// Where a PID or time namespace is created or joined, the command is a child of
// a small supervisor, which is what Process, Wait and Signal are about: it
// forwards signals, and ends as the command does.
func (c *Cmd) Start() error {
	if !hasConstructor {
		return ErrNoConstructor()
	}
	if err := c.config.check(); err != nil {
		return err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return &diag.Error{Step: "start " + diag.Quote(c.command[0]), Call: "socketpair(AF_UNIX)", Err: err}
	}
	defer unix.Close(pair[0])
	theirs := os.NewFile(uintptr(pair[1]), "nsexec")
	keep := len(c.ExtraFiles)
	c.ExtraFiles = append(c.ExtraFiles, theirs)
	c.Args = c.config.canonical(3+keep, keep, c.command)
	err = c.Cmd.Start()
	theirs.Close()
	c.ExtraFiles = c.ExtraFiles[:keep]
	if err != nil {
		return &diag.Error{Step: "start " + diag.Quote(c.command[0]), Err: err}
	}
	c.PID = c.Process.Pid
	if err := c.attend(pair[0]); err != nil {
		c.Process.Kill()
		c.Wait()
		return err
	}
	return nil
}

// attend does what the child waits for, and follows it until it has been executed.
func (c *Cmd) attend(fd int) error {
	executes := false
	for {
		m, ok := receive(fd)
		if !ok {
			break
		}
		switch m.what {
		case msgPID:
			c.PID = m.pid
			if err := c.writeMaps(fd); err != nil {
				return err
			}
		case msgExec:
			executes = true
		case msgFailed:
			return m.failure.error(c.request(), c.Args)
		}
	}
	if !executes {
		return &diag.Error{Step: "start " + diag.Quote(c.command[0]), Err: unix.ECONNRESET,
			Hint: "its process ended before it could be executed"}
	}
	return nil
}

// request is what the words of an error need to know.
func (c *Cmd) request() Request {
	q := Request{Target: c.config.Target, Command: len(c.Args) - len(c.command), Wd: Dir{Path: c.config.Wd}}
	for i, kind := range nsfs.Kinds {
		if file := c.config.Files[kind]; file != "" {
			q.ByFile |= kind
			q.Files[i] = file
		}
	}
	return q
}

func (c *Cmd) writeMaps(fd int) error {
	if !c.config.wait() {
		return nil
	}
	for _, file := range []struct {
		name  string
		lines []IDMap
	}{{"gid_map", c.config.GIDMap}, {"uid_map", c.config.UIDMap}} {
		if len(file.lines) == 0 {
			continue
		}
		path := fmt.Sprintf("/proc/%d/%s", c.PID, file.name)
		if err := os.WriteFile(path, []byte(mapText(file.lines)), 0); err != nil {
			errno := diag.Errno(err)
			return &diag.Error{
				Step: "map the ids of the user namespace",
				Call: fmt.Sprintf("write(%q, %q)", path, mapText(file.lines)),
				Err:  errno, Hint: diag.HintInsideUser(errno),
			}
		}
	}
	return send(fd, msgGo, 0)
}

// Run starts the command and waits for it: see exec.Cmd.Run.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}

// Output runs the command and returns its standard output.
func (c *Cmd) Output() ([]byte, error) {
	var out bytes.Buffer
	c.Stdout = &out
	err := c.Run()
	return out.Bytes(), err
}

// CombinedOutput runs the command and returns its standard output and error.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.Bytes(), err
}
