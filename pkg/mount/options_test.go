//go:build linux

package mount

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func TestParseOptions(t *testing.T) {
	for _, row := range []struct {
		why, options string
		flags        Flags
		data         string
	}{
		{"no options", "", 0, ""},
		{"flags only", "ro,nosuid,nodev,noexec", unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{"data only, in its order", "size=1m,mode=700,user_xattr", 0, "size=1m,mode=700,user_xattr"},
		{"both, mixed", "size=1m,ro,mode=700,nosymfollow", unix.MS_RDONLY | unix.MS_NOSYMFOLLOW, "size=1m,mode=700"},
		{"defaults say nothing", "defaults,noatime", unix.MS_NOATIME, ""},
		{"the last word counts", "ro,nosuid,rw,suid,dev,nodev", unix.MS_NODEV, ""},
		{"each flag taken back", "nosuid,nodev,noexec,nosymfollow,sync,mand,silent,lazytime,nodiratime,noatime," +
			"suid,dev,exec,symfollow,async,nomand,loud,nolazytime,diratime,atime", 0, ""},
		{"each other flag", "sync,dirsync,mand,silent,lazytime,nodiratime",
			unix.MS_SYNCHRONOUS | unix.MS_DIRSYNC | unix.MS_MANDLOCK | unix.MS_SILENT | unix.MS_LAZYTIME | unix.MS_NODIRATIME, ""},
		{"of the three times the last counts", "noatime,strictatime,relatime", unix.MS_RELATIME, ""},
		{"in another order", "relatime,strictatime,noatime", unix.MS_NOATIME, ""},
		{"in a third", "relatime,noatime,strictatime", unix.MS_STRICTATIME, ""},
		{"times taken back", "relatime,norelatime,strictatime,nostrictatime", 0, ""},
		{"empty words", ",,ro,,a,", unix.MS_RDONLY, "a"},
		{"an escaped comma", `lowerdir=/a\,ro,ro`, unix.MS_RDONLY, `lowerdir=/a\,ro`},
		{"an escaped backslash before a comma", `lowerdir=/a\\,ro`, unix.MS_RDONLY, `lowerdir=/a\\`},
		{"a backslash at the end", `lowerdir=/a\`, 0, `lowerdir=/a\`},
		{"a flag's word as a value, or in it", "x=ro,roo,RO", 0, "x=ro,roo,RO"},
	} {
		flags, data, err := ParseOptions(row.options)
		if flags != row.flags || data != row.data || err != nil {
			t.Errorf("%s: %q gives %v, %q, %v, want %v, %q", row.why, row.options, flags, data, err, row.flags, row.data)
		}
	}
}

func TestParseOptionsRefusesWhatIsNoNewMount(t *testing.T) {
	for _, word := range []string{
		"remount", "bind", "rbind", "move", "loop", "loop=/dev/loop0",
		"private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable",
	} {
		_, _, err := ParseOptions("ro," + word + ",size=1m")
		if want := "the mount option " + word + " is not for a new mount"; !diag.IsUsage(err) || err.Error() != want {
			t.Errorf("%s: got %v, want %s", word, err, want)
		}
	}
	_, _, err := ParseOptions("loop=\x1b[m\n")
	if !diag.IsUsage(err) || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("an escape sequence: %v", err)
	}
}

func TestTheWordsOfOptionsAreTheKernels(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		flags, data, err := ParseOptions("mode=700,ro,nosuid,nodev,noexec,noatime,nodiratime")
		fatal(t, err)
		fatal(t, FS{Type: "tmpfs", Flags: flags, Data: data}.Mount(mkdir(t, dir, "target")))
		if got, _ := entry(t, dir+"/target"); got != "ro,nosuid,nodev,noexec,noatime,nodiratime" {
			t.Errorf("mounted with %s", got)
		}
	})
}
