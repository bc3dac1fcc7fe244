/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel types of io_uring. Debian's 5.10 has the io_uring of 5.15. */
#pragma once

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum io_uring_op {
	IORING_OP_SENDMSG = 9,
	IORING_OP_CONNECT = 16,
	IORING_OP_OPENAT = 18,
	IORING_OP_CLOSE = 19,
	IORING_OP_STATX = 21,
	IORING_OP_SEND = 26,
	IORING_OP_OPENAT2 = 28,
	IORING_OP_EPOLL_CTL = 29,
	IORING_OP_RENAMEAT = 35,
	IORING_OP_UNLINKAT = 36,
	IORING_OP_MKDIRAT = 37,
	IORING_OP_SYMLINKAT = 38,
	IORING_OP_LINKAT = 39,
	IORING_OP_SETXATTR = 42,
	IORING_OP_GETXATTR = 44,
	IORING_OP_SEND_ZC = 47,
	IORING_OP_SENDMSG_ZC = 48,
	IORING_OP_URING_CMD128 = 64,
};

#define IORING_SETUP_SQPOLL 2
#define IOSQE_MASK 0xff /* of a request's flags, the byte that the caller gave */

struct io_uring_sqe {
	s32 fd;
};

struct io_ring_ctx {
	unsigned int flags;
	u32 *sq_array;
	struct io_uring_sqe *sq_sqes;
	unsigned int cached_sq_head;
	unsigned int sq_entries;
};

/* Until 6.9. */
struct io_ring_ctx___compat {
	unsigned int compat : 1;
};

/* Since 5.19. */
struct io_cqe {
	u64 user_data;
	int fd;
};

struct io_kiocb {
	u8 opcode;
	unsigned int flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	void *async_data;
};

/* Until 5.18. */
struct io_kiocb___5_15 {
	u64 user_data;
};

struct filename {
	const char *name;
};

/* Since 7.0 the requests have one of these, which holds the pointer, in place of a
 * struct filename*. */
struct delayed_filename {
	struct filename *__incomplete_filename;
};

struct io_open {
	int dfd;
	struct filename *filename;
};
struct io_open___7_0 {
	struct delayed_filename filename;
};

struct io_unlink {
	int dfd;
	struct filename *filename;
};
struct io_unlink___7_0 {
	struct delayed_filename filename;
};

struct io_mkdir {
	int dfd;
	struct filename *filename;
};
struct io_mkdir___7_0 {
	struct delayed_filename filename;
};

struct io_statx {
	int dfd;
	struct filename *filename;
};
struct io_statx___7_0 {
	struct delayed_filename filename;
};

struct io_xattr {
	struct filename *filename;
};
struct io_xattr___7_0 {
	struct delayed_filename filename;
};

struct io_rename {
	int old_dfd;
	struct filename *oldpath;
	struct filename *newpath;
};
struct io_rename___7_0 {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};

/* Links, hard and symbolic, since 5.19. */
struct io_link {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
};
struct io_link___7_0 {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};
struct io_hardlink {
	int old_dfd;
	struct filename *oldpath;
	struct filename *newpath;
};
struct io_symlink {
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
};

struct io_close {
	int fd;
};

struct io_epoll {
	int epfd;
};

struct io_connect {
	void *addr;
	int addr_len;
};

/* A message header in user memory. */
struct user_msghdr {
	void *msg_name;
	int msg_namelen;
};

struct io_sr_msg {
	struct user_msghdr *umsg;
};

/* From 6.0 until the address was copied early. */
struct io_sr_msg___addr {
	u16 addr_len;
	void *addr;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
};

/* Where there is none of these, messages are copied before they are submitted. */
struct io_async_connect {
	char unused;
};

struct io_async_msghdr {
	struct msghdr msg;
};

#pragma clang attribute pop
