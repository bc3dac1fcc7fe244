// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Requests given to io_uring. The tracepoints lie behind the preparation of a request:
 * file names are the kernel's copies. The address of CONNECT is read where the caller has
 * it, as are those of sending before 6.10: what is then done, security_socket_connect
 * says.
 */
#include "lib/kernel_uring.h"
#include "lib/scope.h"
#include "gen/events.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* Operations on an open file, which fd names. The kernel's own table of them is no
 * part of its BTF; numbers of operations do not change. */
#define BIT(n) (1ULL << (n))
#define RANGE(a, b) ((BIT((b) + 1) - 1) & ~(BIT(a) - 1))
static const u64 on_file = RANGE(1, 6) | RANGE(8, 10) | BIT(13) | RANGE(16, 17) | RANGE(22, 24) | RANGE(26, 27) |
			   BIT(30) | RANGE(33, 34) | RANGE(40, 41) | BIT(43) | RANGE(46, 49) | RANGE(54, 61);

/* What a request says. Each is 0 when it says nothing; addresses are the kernel's
 * unless said otherwise. */
struct request {
	u64 path, new_path; /* of a file name's pointer */
	u64 user_path;
	u64 address;
	u32 address_len;
	bool address_user;
	bool has_fd;
	s32 fd;
};

/* Where in a request the pointer to a file name is; 0 on a kernel without such requests. */
#define NAME_AT(req, type, field)                                                                                      \
	(bpf_core_field_exists(((struct type##___7_0 *)0)->field) ?                                                    \
		 (u64)(req) + bpf_core_field_offset(struct type##___7_0, field) :                                      \
	 bpf_core_field_exists(((struct type *)0)->field) ? (u64)(req) + bpf_core_field_offset(struct type, field) :   \
							    0)

/* The same of requests that were gone by 7.0. */
#define NAME_BEFORE(req, type, field)                                                                                  \
	(bpf_core_field_exists(((struct type *)0)->field) ? (u64)(req) + bpf_core_field_offset(struct type, field) : 0)

/* Reads a field of the part of a request that depends on its operation. */
#define PART(req, type, field)                                                                                         \
	(bpf_core_field_exists(((struct type *)0)->field) ? BPF_CORE_READ((struct type *)(req), field) : 0)

static __always_inline bool addresses_copied(void)
{
	return !bpf_core_type_exists(struct io_async_connect);
}

static __always_inline void set_fd(struct request *r, s32 fd)
{
	r->has_fd = true;
	r->fd = fd;
}

/* The descriptor of an operation on a file. Before 5.19 requests do not keep it: it is
 * read from the queue, where the caller can have changed it since. */
static __always_inline s32 file_descriptor(struct io_kiocb *req)
{
	struct io_ring_ctx *ctx = BPF_CORE_READ(req, ctx);
	struct io_uring_sqe *sqes;
	u32 at, *order;

	if (bpf_core_field_exists(req->cqe))
		return BPF_CORE_READ(req, cqe.fd);
	order = BPF_CORE_READ(ctx, sq_array);
	at = (BPF_CORE_READ(ctx, cached_sq_head) - 1) & (BPF_CORE_READ(ctx, sq_entries) - 1);
	bpf_probe_read_kernel(&at, sizeof(at), &order[at]);
	sqes = BPF_CORE_READ(ctx, sq_sqes);
	at &= BPF_CORE_READ(ctx, sq_entries) - 1;
	return BPF_CORE_READ((struct io_uring_sqe *)((u64)sqes + (u64)at * bpf_core_type_size(struct io_uring_sqe)),
			     fd);
}

static __always_inline void read_link(struct request *r, struct io_kiocb *req, bool symbolic)
{
	if (bpf_core_type_exists(struct io_link)) {
		r->path = NAME_AT(req, io_link, oldpath);
		r->new_path = NAME_AT(req, io_link, newpath);
		set_fd(r, symbolic ? PART(req, io_link, new_dfd) : PART(req, io_link, old_dfd));
	} else if (symbolic) {
		r->path = NAME_BEFORE(req, io_symlink, oldpath);
		r->new_path = NAME_BEFORE(req, io_symlink, newpath);
		set_fd(r, PART(req, io_symlink, new_dfd));
	} else {
		r->path = NAME_BEFORE(req, io_hardlink, oldpath);
		r->new_path = NAME_BEFORE(req, io_hardlink, newpath);
		set_fd(r, PART(req, io_hardlink, old_dfd));
	}
}

/* Before 5.19 the name is still the caller's. */
static __always_inline void read_statx(struct request *r, struct io_kiocb *req)
{
	set_fd(r, PART(req, io_statx, dfd));
	if (bpf_core_field_exists(req->cqe))
		r->path = NAME_AT(req, io_statx, filename);
	else
		r->user_path = (u64)PART(req, io_statx, filename);
}

static __always_inline bool read_names(struct request *r, struct io_kiocb *req, u32 op)
{
	switch (op) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
		r->path = NAME_AT(req, io_open, filename);
		set_fd(r, PART(req, io_open, dfd));
		return true;
	case IORING_OP_STATX:
		read_statx(r, req);
		return true;
	case IORING_OP_UNLINKAT:
		r->path = NAME_AT(req, io_unlink, filename);
		set_fd(r, PART(req, io_unlink, dfd));
		return true;
	case IORING_OP_MKDIRAT:
		r->path = NAME_AT(req, io_mkdir, filename);
		set_fd(r, PART(req, io_mkdir, dfd));
		return true;
	case IORING_OP_RENAMEAT:
		r->path = NAME_AT(req, io_rename, oldpath);
		r->new_path = NAME_AT(req, io_rename, newpath);
		set_fd(r, PART(req, io_rename, old_dfd));
		return true;
	case IORING_OP_SYMLINKAT:
	case IORING_OP_LINKAT:
		read_link(r, req, op == IORING_OP_SYMLINKAT);
		return true;
	case IORING_OP_SETXATTR:
	case IORING_OP_GETXATTR:
		r->path = NAME_AT(req, io_xattr, filename);
		return true;
	}
	return false;
}

/* The address of a message, which is in the kernel already. */
static __always_inline void read_copied(struct request *r, struct io_kiocb *req)
{
	struct io_async_msghdr *m = BPF_CORE_READ(req, async_data);

	r->address = (u64)BPF_CORE_READ(m, msg.msg_name);
	r->address_len = BPF_CORE_READ(m, msg.msg_namelen);
}

/* The address of a message, which is where the caller has it. */
static __always_inline void read_user(struct request *r, struct io_kiocb *req, u32 op)
{
	struct io_ring_ctx___compat *ctx = (void *)BPF_CORE_READ(req, ctx);
	struct io_sr_msg___addr *to = (void *)req;
	struct user_msghdr *m, header = {};

	r->address_user = true;
	if (op == IORING_OP_SEND || op == IORING_OP_SEND_ZC) {
		if (!bpf_core_field_exists(to->addr_len))
			return;
		r->address = (u64)BPF_CORE_READ(to, addr);
		r->address_len = BPF_CORE_READ(to, addr_len);
	} else if (!BPF_CORE_READ_BITFIELD_PROBED(ctx, compat)) { /* its headers have another form */
		m = PART(req, io_sr_msg, umsg);
		bpf_probe_read_user(&header.msg_name, sizeof(header.msg_name), m);
		bpf_probe_read_user(&header.msg_namelen, sizeof(header.msg_namelen), (void *)m + 8);
		r->address = (u64)header.msg_name;
		r->address_len = header.msg_namelen;
	}
}

static __always_inline void read_request(struct request *r, struct io_kiocb *req, u32 op)
{
	if (read_names(r, req, op))
		return;
	if (op == IORING_OP_CLOSE)
		set_fd(r, PART(req, io_close, fd));
	else if (op == IORING_OP_EPOLL_CTL)
		set_fd(r, PART(req, io_epoll, epfd));
	else if (op == IORING_OP_URING_CMD128 || (op < 64 && on_file & BIT(op)))
		set_fd(r, file_descriptor(req));
	switch (op) {
	case IORING_OP_CONNECT:
		r->address_user = true;
		r->address = (u64)PART(req, io_connect, addr);
		r->address_len = PART(req, io_connect, addr_len);
		break;
	case IORING_OP_SEND:
	case IORING_OP_SEND_ZC:
	case IORING_OP_SENDMSG:
	case IORING_OP_SENDMSG_ZC:
		if (addresses_copied())
			read_copied(r, req);
		else
			read_user(r, req, op);
	}
}

/* The text of the struct filename that a pointer at this address points to. */
static __always_inline const char *file_name(u64 pointer)
{
	struct filename *name = NULL;

	bpf_probe_read_kernel(&name, sizeof(name), (void *)pointer);
	return BPF_CORE_READ(name, name);
}

static __always_inline void put_names(struct scratch *s, struct request *r)
{
	if (r->path)
		io_uring_submit__pathname(s, file_name(r->path));
	else if (r->user_path)
		io_uring_submit__pathname_user(s, (void *)r->user_path);
	if (r->new_path)
		io_uring_submit__new_pathname(s, file_name(r->new_path));
}

static __always_inline void put_address(struct scratch *s, struct request *r)
{
	if (!r->address || !r->address_len)
		return;
	if (r->address_user)
		io_uring_submit__addr_user(s, (void *)r->address, r->address_len);
	else
		io_uring_submit__addr(s, (void *)r->address, r->address_len);
}

static __always_inline u64 user_data(struct io_kiocb *req)
{
	struct io_kiocb___5_15 *old = (void *)req;

	if (bpf_core_field_exists(req->cqe))
		return BPF_CORE_READ(req, cqe.user_data);
	return BPF_CORE_READ(old, user_data);
}

static __always_inline int submitted(u64 address)
{
	struct io_kiocb *req = (void *)address;
	struct scratch *s = record_begin(EVENT_IO_URING_SUBMIT, 0);
	struct request r = {};
	u32 flags = 0;

	if (!s)
		return 0;
	u32 op = BPF_CORE_READ(req, opcode);

	read_request(&r, req, op);
	/* Read as bytes: from 6.8 on the field has 64 bits. */
	bpf_probe_read_kernel(&flags, sizeof(flags), (void *)req + bpf_core_field_offset(struct io_kiocb, flags));
	io_uring_submit__opcode(s, op);
	if (r.has_fd)
		io_uring_submit__fd(s, r.fd);
	io_uring_submit__flags(s, flags & IOSQE_MASK);
	io_uring_submit__user_data(s, user_data(req));
	put_names(s, &r);
	put_address(s, &r);
	io_uring_submit__sq_thread(s, !!(BPF_CORE_READ(req, ctx, flags) & IORING_SETUP_SQPOLL));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* Since 6.4. */
SEC("raw_tp/io_uring_submit_req")
int io_uring_submit_req(u64 *ctx)
{
	return submitted(ctx[0]);
}

/* Before; until 5.18 the ring came first. Until 5.12 its operation followed and no
 * request, which leaves that alone to tell. */
SEC("raw_tp/io_uring_submit_sqe")
int io_uring_submit_sqe(u64 *ctx)
{
	if (bpf_core_field_exists(((struct io_kiocb *)0)->cqe))
		return submitted(ctx[0]);
	if (ctx[1] > 0xff)
		return submitted(ctx[1]);
	struct scratch *s = record_begin(EVENT_IO_URING_SUBMIT, 0);

	if (!s)
		return 0;
	io_uring_submit__opcode(s, ctx[1]);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
