//go:build linux

package caps

import (
	"math/bits"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

func TestApply(t *testing.T) {
	const last = unix.CAP_LAST_CAP
	every, kill, raw := upTo(last), Of(unix.CAP_KILL), Of(unix.CAP_NET_RAW)
	type lists = []string
	rows := []struct {
		drop, add lists
		want      Set
		why       string
	}{
		{nil, nil, Docker, "no option leaves the base"},
		{lists{"KILL"}, nil, Docker &^ kill, "one dropped"},
		{nil, lists{"SYS_TIME"}, Docker | Of(unix.CAP_SYS_TIME), "one added"},
		{lists{"KILL,NET_RAW"}, nil, Docker &^ kill &^ raw, "two dropped in one list"},
		{lists{"KILL", "NET_RAW"}, nil, Docker &^ kill &^ raw, "two dropped by two options"},
		{lists{"ALL"}, nil, 0, "all dropped"},
		{lists{"ALL"}, lists{"KILL"}, kill, "all dropped and one added"},
		{lists{"KILL"}, lists{"KILL"}, Docker, "dropped and added: added"},
		{nil, lists{"ALL"}, every, "all added"},
		{lists{"KILL"}, lists{"ALL"}, every &^ kill, "all added but one"},
		{lists{"ALL"}, lists{"ALL"}, every, "all dropped and all added"},
		{lists{"KILL"}, lists{"ALL,KILL"}, every &^ kill, "after ALL, to drop by name outweighs to add by name"},
		{lists{"SYS_TIME"}, nil, Docker, "dropped, but not there"},
	}
	for _, row := range rows {
		got, err := apply(Docker, row.drop, row.add, last)
		if err != nil || got != row.want {
			t.Errorf("%s: %v, %v, want %v", row.why, got, err, row.want)
		}
	}
}

func TestApplyRefusesAnUnknownName(t *testing.T) {
	if _, err := Apply(0, []string{"ALL", "KIL"}, nil); !diag.IsUsage(err) {
		t.Errorf("drop: %v", err)
	}
	if _, err := Apply(0, nil, []string{"KILL,FROB"}); !diag.IsUsage(err) {
		t.Errorf("add: %v", err)
	}
}

func TestDockerHasFourteen(t *testing.T) {
	if n := bits.OnesCount64(uint64(Docker)); n != 14 {
		t.Errorf("%d capabilities: %v", n, Docker)
	}
	if Docker.Has(unix.CAP_SYS_ADMIN) || !Docker.Has(unix.CAP_CHOWN) {
		t.Error(Docker)
	}
}
