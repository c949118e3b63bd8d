//go:build linux && cgo

package nsexec_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// sealed is a program that root starts to join a mount namespace, as it can be seen from
// there: its supervisor goes on executing the file that nsexec_seal made.
type sealed struct {
	supervisor int
	path       *os.File // O_PATH, which stays when the process is gone
	stop       func()
}

// startSealed has the probe of one build, under a filter or not, start a command in the
// mount and PID namespace of a target.
func startSealed(t *testing.T, prefix []string, path string, pid int) sealed {
	t.Helper()
	config, err := json.Marshal(nsexec.Config{Target: pid, Join: nsfs.Mnt | nsfs.PID | nsfs.User})
	if err != nil {
		t.Fatal(err)
	}
	argv := append(append([]string{}, prefix...), path, "--first=command", "--", string(config), "sleep", "1000")
	cmd := exec.Command(argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
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
	s := sealed{}
	stopped := false
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &stderr)
		}
	}
	t.Cleanup(s.stop)
	if _, err := fmt.Fscan(stdout, &s.supervisor); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	fd, err := unix.Open(s.exe(), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.path = os.NewFile(uintptr(fd), "sealed")
	t.Cleanup(func() { s.path.Close() })
	return s
}

func (s sealed) exe() string { return fmt.Sprintf("/proc/%d/exe", s.supervisor) }

// open opens what was executed again, by what O_PATH has kept.
func (s sealed) open(flags int) (*os.File, error) {
	return os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", s.path.Fd()), flags, 0)
}

// attack runs the probe's attack on what was executed, in new user and mount namespaces
// or in the caller's, and returns what each try came to.
func (s sealed) attack(t *testing.T, path string, namespaces bool) map[string]string {
	t.Helper()
	cmd := exec.Command(path, "--first=attack", "3")
	cmd.ExtraFiles = []*os.File{s.path}
	if namespaces {
		all := []syscall.SysProcIDMap{{Size: 65536}}
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS, UidMappings: all, GidMappings: all,
		}
	}
	r := nstest.Exec(t, cmd)
	tries := map[string]string{}
	for line := range strings.Lines(r.Stdout) {
		try, result, _ := strings.Cut(strings.TrimSpace(line), ": ")
		tries[try] += result + " "
	}
	if r.Code != 0 || len(tries) != 4 {
		t.Fatalf("status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	return tries
}

func hash(t *testing.T, r io.Reader) string {
	t.Helper()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		t.Fatal(err)
	}
	return string(h.Sum(nil))
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return hash(t, f)
}

// wantUnwritable checks that what is executed cannot be opened for writing, as long as it
// runs.
func (s sealed) wantUnwritable(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(s.exe(), os.O_WRONLY, 0)
	if err == nil {
		f.Close()
	}
	if !errors.Is(err, unix.EROFS) && !errors.Is(err, unix.ETXTBSY) && !errors.Is(err, unix.EPERM) {
		t.Errorf("open for writing: %v", err)
	}
}

// CVE-2019-5736: the host's binary, and the ways to keep it out of reach from the newest
// kernel to the oldest.
func TestSeal(t *testing.T) {
	nstest.RequireRoot(t)
	noMounts := nstest.Deny(t, unix.ENOSYS, "open_tree", "mount_setattr")
	refused := nstest.Deny(t, unix.EPERM, "open_tree")
	noMemfd := nstest.Deny(t, unix.ENOSYS, "open_tree", "mount_setattr", "memfd_create")
	noExecveat := nstest.Deny(t, unix.ENOSYS, "execveat")
	for _, b := range []build{dynamic, muslStatic} {
		for _, tc := range []struct {
			name   string
			prefix []string
			check  func(t *testing.T, s sealed, path, attacker string)
		}{
			{"read-only clone", nil, wantDissolvedClone},
			{"read-only clone, before execveat", noExecveat, wantDissolvedClone},
			{"sealed memfd", noMounts, wantSealedMemfd},
			{"sealed memfd under a filter", refused, wantSealedMemfd},
			{"nameless copy", noMemfd, wantNamelessCopy},
		} {
			t.Run(b.String()+"/"+tc.name, func(t *testing.T) {
				path := probe(t, b)
				before := hashOf(t, path)
				s := startSealed(t, tc.prefix, path, target(t, nsfs.Mnt|nsfs.PID))
				s.wantUnwritable(t)
				// Another file than the program, which must not be busy because of its attacker.
				tc.check(t, s, path, probe(t, b))
				if hashOf(t, path) != before {
					t.Error("the program's file has been changed")
				}
			})
		}
	}
}

// The mount of the file belongs to no namespace, so nobody can make it writable again,
// and it stays read-only when nothing executes it any more.
func wantDissolvedClone(t *testing.T, s sealed, _, attacker string) {
	for _, namespaces := range []bool{true, false} {
		wantRefused(t, s.attack(t, attacker, namespaces), "EINVAL ")
	}
	s.stop()
	for _, namespaces := range []bool{true, false} {
		tries := s.attack(t, attacker, namespaces)
		wantRefused(t, tries, "EINVAL ")
		if !strings.HasPrefix(tries["write"], "EROFS ") {
			t.Errorf("write, when the process is gone: %v", tries)
		}
	}
	if f, err := s.open(os.O_WRONLY); !errors.Is(err, unix.EROFS) {
		f.Close()
		t.Errorf("open for writing, when the process is gone: %v, want EROFS", err)
	}
}

// wantRefused: none of the ways to make the mount writable worked.
func wantRefused(t *testing.T, tries map[string]string, want string) {
	t.Helper()
	for _, try := range []string{"mount_setattr", "remount", "clone"} {
		if tries[try] != want {
			t.Errorf("%s: %q, want %q", try, tries[try], want)
		}
	}
	if strings.Contains(tries["write"], "done") {
		t.Errorf("it has been written to: %v", tries)
	}
}

func wantSealedMemfd(t *testing.T, s sealed, path, attacker string) {
	f, err := s.open(os.O_RDONLY)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0)
	if want := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE; err != nil || seals&want != want {
		t.Errorf("the seals are %#x, %v, want %#x", seals, err, want)
	}
	s.stop()
	if tries := s.attack(t, attacker, true); strings.Contains(tries["write"], "done") {
		t.Errorf("it has been written to: %v", tries)
	}
	if hash(t, f) != hashOf(t, path) {
		t.Error("the copy differs from the program")
	}
}

func wantNamelessCopy(t *testing.T, s sealed, path, attacker string) {
	var copied, own unix.Stat_t
	if err := unix.Stat(s.exe(), &copied); err != nil {
		t.Fatal(err)
	}
	if err := unix.Stat(path, &own); err != nil {
		t.Fatal(err)
	}
	if copied.Nlink != 0 || copied.Ino == own.Ino && copied.Dev == own.Dev {
		t.Errorf("%d names, inode %d:%d; the program is %d:%d", copied.Nlink, copied.Dev, copied.Ino, own.Dev, own.Ino)
	}
	if hashOf(t, s.exe()) != hashOf(t, path) {
		t.Error("the copy differs from the program")
	}
	s.stop()
	s.attack(t, attacker, false) // it can be written to then, but goes with us
}

// Where nothing makes the program unwritable, it does not go in there.
func TestNoWayToSeal(t *testing.T) {
	nstest.RequireRoot(t)
	pid := target(t, nsfs.Mnt)
	deny := nstest.Deny(t, unix.EPERM, "execveat", "memfd_create", "open_tree")
	script := `mount -t tmpfs -o noexec none /run && mount --bind /run /dev/shm && mount --bind /run /tmp && mount --bind /run /var/tmp && exec "$0" "$@"`
	config := fmt.Sprintf(`{"Target": %d, "Join": %d}`, pid, nsfs.Mnt|nsfs.User)
	// The probe is in /tmp, so it is opened before that is hidden.
	path := probe(t, muslStatic)
	binary, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	helper, err := os.Open(deny[0])
	if err != nil {
		t.Fatal(err)
	}
	defer helper.Close()
	cmd := exec.Command("unshare", "--mount", "sh", "-c", script, "/proc/self/fd/4", deny[1],
		"/proc/self/fd/3", "--first=command", "--", config, "echo", "ran")
	cmd.ExtraFiles = []*os.File{binary, helper}
	r := nstest.Exec(t, cmd)
	if r.Code != 125 || strings.Contains(r.Stdout, "ran") || !strings.Contains(r.Stderr, "unwritable") {
		t.Errorf("status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}
