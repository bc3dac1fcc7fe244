/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The addresses of a socket, and the descriptor by which its caller named it. */
#pragma once

#include "kernel_net.h"
#include "record.h"
#include "syscall.h"
#include "../gen/syscalls.h"

#define NO_DESCRIPTOR (-1)

/* A typed pointer as a number: the verifier lets no other into a global function. */
static __always_inline u64 address_of(const void *p)
{
	u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &p);
	return address;
}

/* The longest of what sockets of the three families have, padding included. */
struct inet_address {
	u16 family;
	u16 port; /* network order, as in the kernel */
	u32 addr; /* of IPv6: flowinfo */
	u8 addr6[16];
	u32 scope;
};

_Static_assert(sizeof(struct inet_address) == 28, "struct sockaddr_in6");

/* An AF_UNIX name begins with the family, as struct sockaddr_un. */
static __always_inline u32 unix_address_of(struct scratch *s, struct unix_sock *sk)
{
	struct unix_address *addr = BPF_CORE_READ(sk, addr);
	u32 len = BPF_CORE_READ(addr, len);

	if (!addr) { /* no name */
		u16 family = AF_UNIX;

		__builtin_memcpy(s->path, &family, sizeof(family));
		return sizeof(family);
	}
	if (len > 110)
		return 0;
	bpf_probe_read_kernel(s->path, len, (void *)addr + bpf_core_field_offset(struct unix_address, name));
	return len;
}

static __always_inline u32 inet_address_of(struct scratch *s, struct sock *sk, u16 family, bool peer)
{
	struct sock___local *local = (void *)sk;
	struct inet_address a = {.family = family};

	a.port = peer ? BPF_CORE_READ(sk, __sk_common.skc_dport) :
			__builtin_bswap16(BPF_CORE_READ(local, __sk_common.skc_num));
	if (peer && !a.port)
		return 0; /* not connected */
	if (family == AF_INET) {
		a.addr = peer ? BPF_CORE_READ(sk, __sk_common.skc_daddr) :
				BPF_CORE_READ(local, __sk_common.skc_rcv_saddr);
		__builtin_memcpy(s->path, &a, sizeof(a));
		return 16;
	}
	if (peer)
		bpf_core_read(a.addr6, sizeof(a.addr6), &sk->__sk_common.skc_v6_daddr);
	else
		bpf_core_read(a.addr6, sizeof(a.addr6), &local->__sk_common.skc_v6_rcv_saddr);
	__builtin_memcpy(s->path, &a, sizeof(a));
	return sizeof(a);
}

/*
 * Writes the struct sockaddr of a socket, its own or its peer's, into the path of
 * scratch key and returns how long it is: 0 when there is none. Of other families than
 * AF_UNIX, AF_INET and AF_INET6 it is the family alone, and no peer.
 */
__weak __noinline int socket_address(u32 key, u64 address, u32 peer)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	struct sock *sk = (void *)address;

	if (!s || !sk)
		return 0;
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	if (family == AF_INET || family == AF_INET6)
		return inet_address_of(s, sk, family, peer);
	if (family == AF_UNIX) {
		struct unix_sock *named = (void *)sk;

		if (peer)
			named = (void *)BPF_CORE_READ(named, peer);
		return named ? unix_address_of(s, named) : 0;
	}
	if (peer)
		return 0;
	__builtin_memcpy(s->path, &family, sizeof(family));
	return sizeof(family);
}

/* The socket that a descriptor of the current task means; 0 if none. */
__weak __noinline u64 descriptor_socket(u32 fd)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(t, files, fdt);
	struct file **fds = BPF_CORE_READ(table, fd), *file = NULL;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), &fds[fd]);
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	return (u64)BPF_CORE_READ(file, private_data);
}

/*
 * The descriptor by which the caller named a socket, NO_DESCRIPTOR when nothing
 * tells: inside i386 calls, for requests of io_uring, and for sockets of the
 * kernel's own. The number is the call's first parameter; that it means this very
 * socket is checked, because a call's registers stay when its task goes on to do an
 * io_uring's work.
 */
__weak __noinline int caller_descriptor(u64 socket)
{
	struct pt_regs *regs;
	u32 nr = current_syscall(&regs);

	switch (nr) {
	case NR_connect:
	case NR_accept:
	case NR_accept4:
	case NR_bind:
	case NR_listen:
	case NR_setsockopt:
	case NR_sendto:
	case NR_sendmsg:
	case NR_sendmmsg:
		break;
	default:
		return NO_DESCRIPTOR;
	}
	u32 fd = regs_arg(regs, 0);

	return descriptor_socket(fd) == socket ? (int)fd : NO_DESCRIPTOR;
}
