//go:build linux

package rootfs

import (
	"testing"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
)

const (
	manyColons = `: a colon in a path is written \:`
	anOption   = " is none of ro rw nosuid nodev noexec norec private slave shared unbindable rprivate rslave rshared runbindable idmap create"
	isTheRoot  = ": the target is the root itself: give that with --root"
)

// badSpec is a specification with one fault, and the one line that says so.
type badSpec struct{ name, spec, want string }

func refuses(t *testing.T, parse func(string) (Mount, error), rows []badSpec) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if _, err := parse(row.spec); !diag.IsUsage(err) || err.Error() != row.want {
				t.Errorf("got  %v\nwant %s", err, row.want)
			}
		})
	}
}

func TestParseVolumeRefuses(t *testing.T) {
	refuses(t, ParseVolume, []badSpec{
		{"nothing at all", "", `--volume "" is not SRC:DST[:OPTS]`},
		{"a source alone", "/a", "--volume /a is not SRC:DST[:OPTS]"},
		{"an escaped colon alone", `/a\:/b`, `--volume "/a\\:/b" is not SRC:DST[:OPTS]`},
		{"a colon alone", ":", "--volume :: the source is missing"},
		{"no source", ":/b", "--volume :/b: the source is missing"},
		{"no target", "/a:", "--volume /a:: the target is missing"},
		{"no target before the options", "/a::ro", "--volume /a::ro: the target is missing"},
		{"a relative target", "/a:b", "--volume /a:b: the target b is not an absolute path"},
		{"options in the place of the target", "/a:ro", "--volume /a:ro: the target ro is not an absolute path"},
		{"a target that begins with a dot", "/a:./b", "--volume /a:./b: the target ./b is not an absolute path"},
		{"a target with odd bytes", "/a:\x1b[m", `--volume "/a:\x1b[m": the target "\x1b[m" is not an absolute path`},
		{"the root", "/a:/", "--volume /a:/" + isTheRoot},
		{"the root by dots", "/a:/b/..", "--volume /a:/b/.." + isTheRoot},
		{"the root by slashes", "/a:///", "--volume /a:///" + isTheRoot},
		{"a fourth part", "/a:/b:ro:x", "--volume /a:/b:ro:x has more than SRC:DST:OPTS" + manyColons},
		{"a colon after the options", "/a:/b:ro:", "--volume /a:/b:ro: has more than SRC:DST:OPTS" + manyColons},
		{"an unknown option", "/a:/b:x", "--volume /a:/b:x: the option x" + anOption},
		{"an option in capitals", "/a:/b:RO", "--volume /a:/b:RO: the option RO" + anOption},
		{"an option with a value", "/a:/b:ro=1", "--volume /a:/b:ro=1: the option ro=1" + anOption},
		{"a space before an option", "/a:/b:ro, nosuid", `--volume "/a:/b:ro, nosuid": the option " nosuid"` + anOption},
		{"no option after the colon", "/a:/b:", `--volume /a:/b:: the option ""` + anOption},
		{"an empty option", "/a:/b:ro,,nosuid", `--volume /a:/b:ro,,nosuid: the option ""` + anOption},
		{"a comma at the end", "/a:/b:ro,", `--volume /a:/b:ro,: the option ""` + anOption},
		{"an option of Docker's", "/a:/b:z", "--volume /a:/b:z: the option z" + anOption},
		{"an option of mount(8)", "/a:/b:rbind", "--volume /a:/b:rbind: the option rbind" + anOption},
		{"an option that acts on the terminal", "/a:/b:\x1b[m", `--volume "/a:/b:\x1b[m": the option "\x1b[m"` + anOption},
		{"ro and rw", "/a:/b:ro,rw", "--volume /a:/b:ro,rw is both ro and rw"},
		{"rw and ro", "/a:/b:rw,nosuid,ro", "--volume /a:/b:rw,nosuid,ro is both rw and ro"},
		{"two propagations", "/a:/b:slave,shared", "--volume /a:/b:slave,shared is both slave and shared"},
		{"one of them for the tree", "/a:/b:slave,rslave", "--volume /a:/b:slave,rslave is both slave and rslave"},
		{"private and rprivate", "/a:/b:private,rprivate", "--volume /a:/b:private,rprivate is both private and rprivate"},
		{"unchanged, which is no word here", "/a:/b:unchanged", "--volume /a:/b:unchanged: the option unchanged" + anOption},
	})
}

func TestParseTmpfsRefuses(t *testing.T) {
	refuses(t, ParseTmpfs, []badSpec{
		{"nothing at all", "", `--tmpfs "": the target is missing`},
		{"options alone", ":size=1m", "--tmpfs :size=1m: the target is missing"},
		{"a relative target", "t", "--tmpfs t: the target t is not an absolute path"},
		{"the root", "/", "--tmpfs /" + isTheRoot},
		{"a source, as for a volume", "/a:/t", "--tmpfs /a:/t: tmpfs has no option /t"},
		{"a third part", "/t:size=1m:x", "--tmpfs /t:size=1m:x has more than DST:OPTS" + manyColons},
		{"a size that is none", "/t:size=x", "--tmpfs /t:size=x: the tmpfs option size=x wants a number of bytes, with k, m, g or % (of the memory) at its end if need be"},
		{"a mode that is none", "/t:mode=rwx", "--tmpfs /t:mode=rwx: the tmpfs option mode=rwx wants octal permissions"},
		{"a propagation", "/t:shared", "--tmpfs /t:shared: the mount option shared is not for a new mount"},
		{"an option of volumes", "/t:create", "--tmpfs /t:create: tmpfs has no option create"},
	})
}

func TestParseFSRefuses(t *testing.T) {
	refuses(t, ParseFS, []badSpec{
		{"nothing at all", "", `--fs "" is not TYPE:SRC:DST[:OPTS]`},
		{"a type alone", "tmpfs", "--fs tmpfs is not TYPE:SRC:DST[:OPTS]"},
		{"a type and a target", "tmpfs:/t", "--fs tmpfs:/t is not TYPE:SRC:DST[:OPTS]"},
		{"no type", ":/dev/sda:/t", "--fs :/dev/sda:/t: the type of the file system is missing"},
		{"no target", "tmpfs::", "--fs tmpfs::: the target is missing"},
		{"no target before the options", "tmpfs:::size=1m", "--fs tmpfs:::size=1m: the target is missing"},
		{"a relative target", "tmpfs::t", "--fs tmpfs::t: the target t is not an absolute path"},
		{"the root", "ext4:i:/.", "--fs ext4:i:/." + isTheRoot},
		{"a bind", "bind:/a:/b", "--fs bind:/a:/b: bind is no type of file system: use --volume"},
		{"another operation", "ext4:/a:/b:remount,ro", "--fs ext4:/a:/b:remount,ro: the mount option remount is not for a new mount"},
		{"loop, which is done without asking", "ext4:/a:/b:loop", "--fs ext4:/a:/b:loop: the mount option loop is not for a new mount"},
		{"an escape sequence", "ext4:/a:\x1b[m", `--fs "ext4:/a:\x1b[m": the target "\x1b[m" is not an absolute path`},
	})
}

// What one specification cannot tell: what does not go together.
func TestWhatDoesNotGoTogether(t *testing.T) {
	for _, row := range []struct {
		name string
		c    Config
		want string
	}{
		{"two volumes for one place", Config{Root: "/r", Mounts: []Mount{volume(t, "/a:/x"), volume(t, "/b:/y/../x/")}},
			"--volume /a:/x and --volume /b:/y/../x/ are for the same place"},
		{"a volume and a tmpfs for one place", Config{Root: "/r", Mounts: []Mount{volume(t, "/a:/x"), tmpfs(t, "/x")}},
			"--volume /a:/x and --tmpfs /x are for the same place"},
		{"idmap without a user namespace", Config{Root: "/r", Mounts: []Mount{volume(t, "/a:/x:idmap")}},
			"--volume /a:/x:idmap: idmap is for the ids of a user namespace: add --user with a map"},
		{"a shared volume where nothing can be bound", Config{Root: "/r", Propagation: mount.Unbindable, Mounts: []Mount{volume(t, "/a:/x:rshared")}},
			"--volume /a:/x:rshared: with --propagation=unbindable it cannot have peers"},
		{"read-only without a root", Config{ReadOnly: true}, "--ro needs a root file system: give ROOTFS or --root"},
		{"an overlay without a root", Config{Overlay: true},
			"--overlay needs a root file system: give ROOTFS or --root, / for a throw-away copy of the host's"},
		{"chroot without a root", Config{NoPivot: true}, "--no-pivot needs a root file system: give ROOTFS or --root"},
		{"a relative mask", Config{Masks: []string{"/proc", "x\n"}}, `--mask "x\n" is neither an absolute path nor default`},
		{"an empty mask", Config{Masks: []string{""}}, `--mask "" is neither an absolute path nor default`},
		{"a mask of the root", Config{Masks: []string{"/.."}}, "--mask /.. is the root itself"},
		{"a relative read-only path", Config{ReadOnlys: []string{"Default"}}, "--ro-path Default is neither an absolute path nor default"},
		{"a read-only path that is the root", Config{ReadOnlys: []string{"//"}}, "--ro-path // is the root itself"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := row.c.Steps(); !diag.IsUsage(err) || err.Error() != row.want {
				t.Errorf("got  %v\nwant %s", err, row.want)
			}
		})
	}
	_, undo, err := (&Config{Mounts: []Mount{volume(t, "/a:/x"), volume(t, "/b:/x")}}).Outside(0)
	if undo(); !diag.IsUsage(err) {
		t.Errorf("outside: got %v", err)
	}
}

func volume(t *testing.T, spec string) Mount  { return parsed(t, ParseVolume, spec) }
func tmpfs(t *testing.T, spec string) Mount   { return parsed(t, ParseTmpfs, spec) }
func otherFS(t *testing.T, spec string) Mount { return parsed(t, ParseFS, spec) }

func parsed(t *testing.T, parse func(string) (Mount, error), spec string) Mount {
	t.Helper()
	m, err := parse(spec)
	fatal(t, err)
	return m
}
