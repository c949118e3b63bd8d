//go:build linux

package main

// mountRows lists the work that is mostly mounts.
func mountRows(l *lab) []row {
	// All that a container gets by default: bwrap has nothing like the masks and the
	// read-only paths, so nsrun does more here.
	whole := row{
		work: "new uts, ipc, pid, net, mnt, ROOTFS, /proc, /dev, /sys, masks; run true",
		nskit: []string{l.nsrun, "--uts", "--ipc", "--pid", "--net", "--mnt",
			"--mask", "default", "--ro-path", "default", l.root, "true"},
		peers: []peer{{[]string{"bwrap", "--unshare-all", "--bind", l.root, "/",
			"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "true"}, 1}},
	}
	rootless := whole
	rootless.work = "the same as an unprivileged user"
	rootless.plainUser = true
	return []row{
		whole,
		rootless,
		{
			work:  "new uts, pid, mnt, ROOTFS with --overlay; run true",
			nskit: []string{l.nsrun, "--uts", "--pid", "--mnt", "--overlay", l.root, "true"},
		},
		{
			work:       "new uts, pid, mnt, a squashfs image as ROOTFS; run true",
			nskit:      []string{l.nsrun, "--uts", "--pid", "--mnt", l.image, "true"},
			preparedBy: imageTool,
		},
	}
}
