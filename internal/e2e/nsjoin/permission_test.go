//go:build linux

package nsjoin_test

import (
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestNoPermission(t *testing.T) {
	root.require(t)
	ofRoot := strconv.Itoa(namespaces(t, root))
	other := as(root, "setpriv", "--reuid=54322", "--regid=54322", "--clear-groups", "unshare", "-Ur", "-mpuf", "--kill-child")
	ofOther := strconv.Itoa(sleeperIn(t, other))
	for _, row := range []struct {
		name, pid, options string
		words              []string
	}{
		{"root's", ofRoot, "", []string{"user 0", "user 54321", "root"}},
		{"root's, one kind", ofRoot, "-u", []string{"user 0", "user 54321", "root"}},
		{"root's, with everything", ofRoot, "-r -w", []string{"user 0", "user 54321", "root"}},
		{"another user's", ofOther, "", []string{"user 54322", "user 54321", "that user"}},
		{"another user's, one kind", ofOther, "-p", []string{"user 54322", "user 54321", "that user"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := append([]string{"-t", row.pid}, strings.Fields(row.options)...)
			refused(t, join(t, plain, append(args, "true")...), 125, append(row.words, "process "+row.pid, "EACCES")...)
		})
	}
	t.Run("no command, and no shell is looked for", func(t *testing.T) {
		refused(t, join(t, plain, "-t", ofRoot), 125, "user 0", "user 54321")
	})
}

// The user's own container, but without its user namespace: the hint says to add it.
func TestTheUserNamespaceIsMissing(t *testing.T) {
	plain.require(t)
	target := strconv.Itoa(inUserNS(t, plain))
	for _, kind := range []string{"--uts", "--net", "--pid", "--mount", "--ipc", "--cgroup", "--time"} {
		t.Run(kind, func(t *testing.T) {
			refused(t, join(t, plain, "-t", target, kind, "true"), 125, "EPERM", "user namespace", "--user", "process "+target)
		})
	}
}

func TestATargetWithMoreCapabilities(t *testing.T) {
	root.require(t)
	setpriv := nstest.RequireCommand(t, "setpriv")
	target := strconv.Itoa(namespaces(t, root))
	cmd := after([]string{setpriv, "--bounding-set=-sys_ptrace,-net_raw"},
		as(root, nstest.Tool(t, "nsjoin"), "-t", target, "true"))
	refused(t, nstest.Exec(t, cmd), 125, "EACCES", "process "+target, "CAP_NET_RAW")
}

func TestATargetThatHidepidHides(t *testing.T) {
	nsjoin := nstest.Tool(t, "nsjoin")
	root.require(t)
	target := strconv.Itoa(namespaces(t, root))
	cmd := as(root, "unshare", "--mount", "--propagation", "private", "sh", "-c",
		`mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=54321 --regid=54321 --clear-groups "$@"`,
		"sh", nsjoin, "-t", target, "true")
	refused(t, nstest.Exec(t, cmd), 125, "hidepid", target)
}
