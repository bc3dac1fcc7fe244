// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Sockets. The hooks see what every caller does, those of i386 calls and of
 * io_uring included.
 */
#include "lib/scope.h"
#include "lib/socket.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* Sets a field to the address of a socket, its own or its peer's. */
#define PUT_ADDRESS(setter, s, sk, peer)                                                                               \
	do {                                                                                                           \
		u32 len = socket_address((s)->key, sk, peer);                                                          \
                                                                                                                       \
		if (len)                                                                                               \
			setter(s, (s)->path, len);                                                                     \
	} while (0)

#define PUT_DESCRIPTOR(setter, s, socket)                                                                              \
	do {                                                                                                           \
		s32 fd = caller_descriptor(socket);                                                                    \
                                                                                                                       \
		if (fd != NO_DESCRIPTOR)                                                                               \
			setter(s, fd);                                                                                 \
	} while (0)

static __always_inline u64 sock_of(struct socket *sock)
{
	return (u64)BPF_CORE_READ(sock, sk);
}

SEC("fexit/security_socket_create")
int BPF_PROG(security_socket_create, int family, int type, int protocol, int kern, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_CREATE, ret);

	if (!s)
		return 0;
	security_socket_create__family(s, family);
	security_socket_create__type(s, type);
	security_socket_create__protocol(s, protocol);
	security_socket_create__kern(s, kern);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_socket_listen")
int BPF_PROG(security_socket_listen, struct socket *sock, int backlog, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_LISTEN, ret);

	if (!s)
		return 0;
	PUT_DESCRIPTOR(security_socket_listen__sockfd, s, address_of(sock));
	PUT_ADDRESS(security_socket_listen__local_addr, s, sock_of(sock), false);
	security_socket_listen__backlog(s, backlog);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline int connected(u64 sock, const void *address, int len, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_CONNECT, ret);

	if (!s)
		return 0;
	PUT_DESCRIPTOR(security_socket_connect__sockfd, s, sock);
	security_socket_connect__remote_addr(s, address, len);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_socket_connect")
int BPF_PROG(security_socket_connect, struct socket *sock, struct sockaddr *address, int len, int ret)
{
	return connected(address_of(sock), address, len, ret);
}

/*
 * TCP Fast Open: a sendto or sendmsg that connects, which no hook of connecting
 * sees. Those of sending have let it pass, or it would not get here; so the
 * verdict is 0. The address is the kernel's copy.
 */
SEC("fentry/__inet_stream_connect")
int BPF_PROG(connect_fastopen, struct socket *sock, struct sockaddr *address, int len, int flags, int is_sendmsg)
{
	struct socket___state *state = (void *)sock;

	if (!is_sendmsg || !address || BPF_CORE_READ(state, state) != SS_UNCONNECTED)
		return 0;
	return connected(address_of(sock), address, len, 0);
}

SEC("fexit/security_socket_accept")
int BPF_PROG(security_socket_accept, struct socket *sock, struct socket *newsock, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_ACCEPT, ret);

	if (!s)
		return 0;
	PUT_DESCRIPTOR(security_socket_accept__sockfd, s, address_of(sock));
	PUT_ADDRESS(security_socket_accept__local_addr, s, sock_of(sock), false);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_socket_bind")
int BPF_PROG(security_socket_bind, struct socket *sock, struct sockaddr *address, int len, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_BIND, ret);

	if (!s)
		return 0;
	PUT_DESCRIPTOR(security_socket_bind__sockfd, s, address_of(sock));
	security_socket_bind__local_addr(s, address, len);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_socket_setsockopt")
int BPF_PROG(security_socket_setsockopt, struct socket *sock, int level, int optname, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_SETSOCKOPT, ret);

	if (!s)
		return 0;
	PUT_DESCRIPTOR(security_socket_setsockopt__sockfd, s, address_of(sock));
	security_socket_setsockopt__level(s, level);
	security_socket_setsockopt__optname(s, optname);
	PUT_ADDRESS(security_socket_setsockopt__local_addr, s, sock_of(sock), false);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* A connection was accepted: file is its own, new here, of listening's address. */
SEC("fexit/do_accept")
int BPF_PROG(socket_accept, struct file *listening, void *arg, void *address, void *len, int flags, struct file *file)
{
	struct socket *from, *sock;

	if (!file || (u64)file >= (u64)-4095)
		return 0; /* an error */
	struct scratch *s = record_begin(EVENT_SOCKET_ACCEPT, 0);

	if (!s)
		return 0;
	from = BPF_CORE_READ(listening, private_data);
	sock = BPF_CORE_READ(file, private_data);
	PUT_DESCRIPTOR(socket_accept__sockfd, s, (u64)from);
	PUT_ADDRESS(socket_accept__local_addr, s, sock_of(sock), false);
	PUT_ADDRESS(socket_accept__remote_addr, s, sock_of(sock), true);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* A descriptor of a socket was copied; oldfd is NO_DESCRIPTOR if nothing tells. */
static __always_inline int duplicated(u64 socket, s32 oldfd, s32 newfd)
{
	struct scratch *s;

	if (!socket)
		return 0;
	s = record_begin(EVENT_SOCKET_DUP, 0);
	if (!s)
		return 0;
	if (oldfd != NO_DESCRIPTOR)
		socket_dup__oldfd(s, oldfd);
	socket_dup__newfd(s, newfd);
	PUT_ADDRESS(socket_dup__remote_addr, s, sock_of((void *)socket), true);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline int returned_copy(s32 oldfd, s32 newfd)
{
	if (newfd < 0 || newfd == oldfd) /* dup2(3, 3) copies nothing */
		return 0;
	return duplicated(descriptor_socket(newfd), oldfd, newfd);
}

#define DUP(name)                                                                                                      \
	SEC("fexit/" SYSCALL_PREFIX #name)                                                                             \
	int socket_dup_##name(u64 *ctx)                                                                                \
	{                                                                                                              \
		return returned_copy(regs_arg((void *)probe_regs(ctx), 0), ctx[1]);                                    \
	}

DUP(dup)
DUP(dup3)

#if defined(__TARGET_ARCH_x86)
DUP(dup2)

#define I386_DUP(name)                                                                                                 \
	SEC("fexit/__ia32_sys_" #name)                                                                                 \
	int socket_dup_i386_##name(u64 *ctx)                                                                           \
	{                                                                                                              \
		struct pt_regs___i386 *regs = (void *)probe_regs(ctx);                                                 \
                                                                                                                       \
		return returned_copy(BPF_CORE_READ(regs, bx), ctx[1]);                                                 \
	}

I386_DUP(dup)
I386_DUP(dup2)
I386_DUP(dup3)
#endif

/* The descriptor that fcntl or, for i386 callers, fcntl64 was given. */
static __always_inline s32 fcntl_descriptor(void)
{
	struct pt_regs *regs;
	u32 nr = current_syscall(&regs);

	if (nr == NR_fcntl)
		return regs_arg(regs, 0);
#if defined(__TARGET_ARCH_x86)
	struct pt_regs___i386 *i386 = (void *)regs;

	nr = nr == NO_SYSCALL ? BPF_CORE_READ(i386, orig_ax) : 0;
	if (nr == I386_fcntl || nr == I386_fcntl64)
		return BPF_CORE_READ(i386, bx);
#endif
	return NO_DESCRIPTOR;
}

/* fcntl with F_DUPFD or F_DUPFD_CLOEXEC. */
SEC("fexit/f_dupfd")
int BPF_PROG(socket_dup_fcntl, unsigned int from, struct file *file, unsigned int flags, int ret)
{
	if (ret < 0 || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	return duplicated((u64)BPF_CORE_READ(file, private_data), fcntl_descriptor(), ret);
}
