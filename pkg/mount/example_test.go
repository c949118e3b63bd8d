//go:build linux

package mount_test

import (
	"errors"
	"fmt"
	"log"
	"os"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// The programs of these examples are in a mount namespace of their own.

func ExampleBind() {
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	os.MkdirAll("/mnt/data/today", 0o755)
	os.MkdirAll("/mnt/view", 0o755)
	if err := mount.Bind("/mnt/data", "/mnt/view"); err != nil {
		log.Fatal(err)
	}
	entries, _ := os.ReadDir("/mnt/view")
	fmt.Println(entries)

	// The errors say which call has failed.
	fmt.Println(mount.Bind("/mnt/missing", "/mnt/view"))
	// Output:
	// [d today/]
	// mount("/mnt/missing", "/mnt/view", "", MS_BIND|MS_REC, ""): no such file or directory (ENOENT)
}

func ExampleTmpfsFS() {
	fs, err := mount.TmpfsFS("size=64m,mode=0700,noexec")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs.Shell("/mnt"))
	if err := fs.Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	var st unix.Statfs_t
	unix.Statfs("/mnt", &st)
	fmt.Println(st.Blocks*uint64(st.Bsize)>>20, "MiB")

	_, err = mount.TmpfsFS("size=64MB")
	fmt.Println(err)
	// Output:
	// mount -t tmpfs -o nosuid,nodev,noexec,size=64m,mode=0700 tmpfs /mnt
	// 64 MiB
	// the tmpfs option size=64MB wants a number of bytes, with k, m, g or % (of the memory) at its end if need be
}

func ExampleOverlay() {
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	for _, dir := range []string{"base/etc", "changes", "work", "root"} {
		os.MkdirAll("/mnt/"+dir, 0o755)
	}
	fs, err := mount.Overlay{
		Lower: []string{"/mnt/base"},
		Upper: "/mnt/changes",
		Work:  "/mnt/work",
	}.FS()
	if err != nil {
		log.Fatal(err)
	}
	if err := fs.Mount("/mnt/root"); err != nil {
		log.Fatal(err)
	}
	os.WriteFile("/mnt/root/etc/hostname", []byte("inside\n"), 0o644)
	base, _ := os.ReadDir("/mnt/base/etc")
	changes, _ := os.ReadDir("/mnt/changes/etc")
	fmt.Println("base:", base, "changes:", changes)
	// Output:
	// base: [] changes: [- hostname]
}

// A loop device takes root of the machine.
func ExampleImage() {
	fs, device, err := mount.Image{Path: "root.squashfs"}.FS()
	if err != nil {
		log.Fatal(err)
	}
	defer device.Close() // the mount keeps the device
	if err := fs.Mount("/mnt"); err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		log.Fatal(err, "; ", mount.HintImage(fs.Type, errno))
	}
}

func ExampleSetPropagation() {
	// What is mounted here from now on stays in this mount namespace.
	if err := mount.SetPropagation("/", mount.Private); err != nil {
		log.Fatal(err)
	}
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	os.MkdirAll("/mnt/tree/disk", 0o755)
	os.MkdirAll("/mnt/copy", 0o755)
	tree := mount.FS{Type: "tmpfs", Data: "nr_inodes=10"}
	for _, err := range []error{
		mount.Bind("/mnt/tree", "/mnt/tree"), // a mount, to have a propagation
		mount.SetPropagation("/mnt/tree", mount.Shared),
		mount.Bind("/mnt/tree", "/mnt/copy"),
		mount.SetPropagation("/mnt/copy", mount.Slave),
		tree.Mount("/mnt/tree/disk"),
	} {
		if err != nil {
			log.Fatal(err)
		}
	}
	var st unix.Statfs_t
	unix.Statfs("/mnt/copy/disk", &st)
	fmt.Println("the slave has it too:", st.Files == 10)
	// Output:
	// the slave has it too: true
}

func ExamplePivotRoot() {
	// A root file system: empty here, and on a mount of its own.
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	os.WriteFile("/mnt/hello", []byte("from the new root\n"), 0o644)

	root, err := mount.AttachRoot("/mnt")
	if err != nil {
		log.Fatal(err)
	}
	if err := mount.PivotRoot(root); err != nil {
		log.Fatal(err)
	}
	if err := mount.DetachOldRoot(0, false); err != nil {
		log.Fatal(err)
	}
	entries, _ := os.ReadDir("/")
	fmt.Println(entries)
	// Output:
	// [- hello]
}

func ExampleUnmount() {
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	file, err := os.Create("/mnt/file")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	err = mount.Unmount("/mnt", mount.NoFollow)
	fmt.Println(err)

	// Nobody finds the mount any more; the file system goes with the file.
	err = mount.Unmount("/mnt", mount.Lazy|mount.NoFollow)
	_, gone := os.Stat("/mnt/file")
	fmt.Println(err, errors.Is(gone, os.ErrNotExist))
	// Output:
	// umount2("/mnt", UMOUNT_NOFOLLOW): device or resource busy (EBUSY)
	// <nil> true
}

// Force is for the servers of network and FUSE file systems that do not answer. It
// does not unmount what is in use: that is Lazy's part.
func ExampleUnmount_force() {
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mount.Unmount("/mnt", mount.Force|mount.Lazy))
	// Output:
	// <nil>
}

// Expire unmounts what nobody has used since the last call, as an automounter does.
func ExampleUnmount_expire() {
	if err := (mount.FS{Type: "tmpfs"}).Mount("/mnt"); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		err := mount.Unmount("/mnt", mount.Expire)
		if errors.Is(err, unix.EAGAIN) {
			fmt.Println("marked")
			continue
		}
		fmt.Println("unmounted:", err)
	}
	// Output:
	// marked
	// unmounted: <nil>
}
