//go:build linux

package mount

import "golang.org/x/sys/unix"

// JoinPeers puts the private mount that to is open on into the peer group of the shared
// one that from is open on, so that what is mounted on one shows on the other.
// Both are of the same file system, and to shows the same part of it as from,
// or a part of that. Both may be O_PATH, and are the roots of their mounts. Linux 5.15.
//
// EINVAL: from is not shared, to is not private, or they do not fit.
func JoinPeers(from, to int) error {
	const empty = unix.MOVE_MOUNT_T_EMPTY_PATH | unix.MOVE_MOUNT_SET_GROUP
	return moveMount(from, to, "", empty)
}

// JoinPeersCall is the text of what [JoinPeers] does.
func JoinPeersCall(from, to string) string {
	flags := uint64(unix.MOVE_MOUNT_F_EMPTY_PATH | unix.MOVE_MOUNT_T_EMPTY_PATH | unix.MOVE_MOUNT_SET_GROUP)
	return call("move_mount", from, `""`, to, `""`, names(flags, moveMountFlags))
}
