//go:build linux

package diag

import "testing"

func TestCapNames(t *testing.T) {
	for set, want := range map[uint64]string{
		1 << 0:                    "CAP_CHOWN",
		1<<21 | 1<<40:             "CAP_SYS_ADMIN, CAP_CHECKPOINT_RESTORE",
		1 << 41:                   "CAP_41", // of a newer kernel
		1<<0 | 1<<1 | 1<<2 | 1<<3: "CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and 1 more",
	} {
		if got := capNames(set); got != want {
			t.Errorf("capNames(%#x) = %q, want %q", set, got, want)
		}
	}
}
