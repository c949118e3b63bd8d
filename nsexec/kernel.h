/*
 * kernel.h - what the kernel offers and libc headers may lack.
 *
 * musl ships no headers of the kernel, and old glibc headers lack the newer calls. The
 * numbers below are the same on every architecture (since Linux 5.0) or are
 * given for the two that we build for.
 */
#ifndef NSEXEC_KERNEL_H
#define NSEXEC_KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>

/* Namespace kinds, sched.h and linux/sched.h. */
#define KIND_TIME 0x00000080u   /* CLONE_NEWTIME, 5.6; unshare, setns and clone3 only */
#define KIND_MNT 0x00020000u    /* CLONE_NEWNS, 2.4.19 */
#define KIND_CGROUP 0x02000000u /* CLONE_NEWCGROUP, 4.6 */
#define KIND_UTS 0x04000000u    /* CLONE_NEWUTS, 2.6.19 */
#define KIND_IPC 0x08000000u    /* CLONE_NEWIPC, 2.6.19 */
#define KIND_USER 0x10000000u   /* CLONE_NEWUSER, 3.8 */
#define KIND_PID 0x20000000u    /* CLONE_NEWPID, 2.6.24 */
#define KIND_NET 0x40000000u    /* CLONE_NEWNET, 2.6.29 */

#ifndef SYS_execveat /* 3.19 */
#ifdef __x86_64__
#define SYS_execveat 322
#else
#define SYS_execveat 281
#endif
#endif
#ifndef SYS_memfd_create /* 3.17 */
#ifdef __x86_64__
#define SYS_memfd_create 319
#else
#define SYS_memfd_create 279
#endif
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424 /* 5.1 */
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428 /* 5.2 */
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* 5.3 */
#endif
#ifndef SYS_clone3
#define SYS_clone3 435 /* 5.3 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436 /* 5.9 */
#endif
#define CLOSE_RANGE_CLOEXEC_ 4u /* 5.11 */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442 /* 5.12 */
#endif

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#define OPEN_TREE_CLONE_ 1u
#define MOUNT_ATTR_RDONLY_ 1u
#define MFD_CLOEXEC_ 1u
#define MFD_ALLOW_SEALING_ 2u
#define MFD_EXEC_ 0x10u /* 6.3; older kernels say EINVAL */
#define F_ADD_SEALS_ 1033
#define F_GET_SEALS_ 1034
#define F_SEAL_WRITE_ 8
#define F_SEAL_ALL_ 15 /* SEAL, SHRINK, GROW, WRITE */
#define ST_RDONLY_ 1
#define SECCOMP_MODE_FILTER_ 2
#define SECCOMP_SET_MODE_FILTER_ 1
#define SECCOMP_FLAGS_ 7u /* TSYNC, LOG, SPEC_ALLOW */
#define BPF_MAXINSNS_ 4096
#define PROC_SUPER_MAGIC_ 0x9fa0

#define NS_GET_USERNS_ 0xb701 /* 4.9 */

/* include/uapi/linux/pidfd.h, 6.11: _IO(0xFF, n) */
#define PIDFD_GET_NS_(n) (0xff00u | (n))

struct kernel_clone_args { /* CLONE_ARGS_SIZE_VER0, 5.3 */
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

struct kernel_mount_attr { /* MOUNT_ATTR_SIZE_VER0, 5.12 */
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

struct kernel_sock_filter { /* include/uapi/linux/filter.h, which musl-gcc does not find */
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};
struct kernel_sock_fprog {
	unsigned short len;
	const struct kernel_sock_filter *filter;
};

struct kernel_cap_header {
	uint32_t version;
	int pid;
};
struct kernel_cap_data {
	uint32_t effective, permitted, inheritable;
};
#define CAP_VERSION_3_ 0x20080522u /* two data words, 2.6.26 */
#define CAP_SYS_ADMIN_ 21

#endif
