//go:build linux

package nsfs

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestKind(t *testing.T) {
	for _, row := range []struct {
		kind                     Kind
		name, flag, words, since string
	}{
		{User, "user", "CLONE_NEWUSER", "user namespace", "3.8"},
		{Cgroup, "cgroup", "CLONE_NEWCGROUP", "cgroup namespace", "4.6"},
		{IPC, "ipc", "CLONE_NEWIPC", "IPC namespace", "2.6.19"},
		{UTS, "uts", "CLONE_NEWUTS", "UTS namespace", "2.6.19"},
		{Net, "net", "CLONE_NEWNET", "network namespace", "2.6.24"},
		{PID, "pid", "CLONE_NEWPID", "PID namespace", "2.6.24"},
		{Mnt, "mnt", "CLONE_NEWNS", "mount namespace", "2.4.19"},
		{Time, "time", "CLONE_NEWTIME", "time namespace", "5.6"},
		{UTS | Mnt, "uts,mnt", "CLONE_NEWUTS|CLONE_NEWNS", "UTS and mount namespaces", "2.6.19"},
		{Mnt | PID | UTS, "uts,pid,mnt", "CLONE_NEWUTS|CLONE_NEWPID|CLONE_NEWNS", "UTS, PID and mount namespaces", "2.6.24"},
		{User | Time, "user,time", "CLONE_NEWUSER|CLONE_NEWTIME", "user and time namespaces", "5.6"},
		{User | Net, "user,net", "CLONE_NEWUSER|CLONE_NEWNET", "user and network namespaces", "3.8"},
		{0, "0x0", "0x0", "0x0 namespace", "0x0"},
		{UTS | unix.CLONE_VM, "uts,0x100", "CLONE_NEWUTS|0x100", "UTS and 0x100 namespaces", "2.6.19"},
	} {
		t.Run(row.flag, func(t *testing.T) {
			got := []string{row.kind.String(), row.kind.Flag(), row.kind.Words(), row.kind.Since()}
			want := []string{row.name, row.flag, row.words, row.since}
			if strings.Join(got, "; ") != strings.Join(want, "; ") {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestKindsIsEveryKindOnce(t *testing.T) {
	var all Kind
	for _, kind := range Kinds {
		if all&kind != 0 {
			t.Errorf("%v is there twice", kind)
		}
		all |= kind
	}
	if all != User|Cgroup|IPC|UTS|Net|PID|Mnt|Time || Kinds[0] != User {
		t.Errorf("Kinds = %v", Kinds)
	}
}

func TestLimitFile(t *testing.T) {
	if got := Mnt.LimitFile(); got != "/proc/sys/user/max_mnt_namespaces" {
		t.Errorf("got %s", got)
	}
	for _, kind := range Kinds {
		if _, err := os.Stat(kind.LimitFile()); Supported(kind) && err != nil {
			t.Error(err)
		}
	}
}
