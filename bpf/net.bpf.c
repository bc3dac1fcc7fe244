// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Sockets: connecting, and copies of a connected socket's descriptor. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

SEC("fexit/security_socket_connect")
int BPF_PROG(security_socket_connect, struct socket *sock, struct sockaddr *address, int len, int ret)
{
	u16 family = BPF_CORE_READ(address, sa_family);
	struct pt_regs *regs;

	if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
		return 0;
	struct scratch *s = record_begin(EVENT_SECURITY_SOCKET_CONNECT, ret);

	if (!s)
		return 0;
	if (current_syscall(&regs) == NR_connect)
		security_socket_connect__sockfd(s, regs_arg(regs, 0));
	security_socket_connect__remote_addr(s, address, len);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* What user space reads as a struct sockaddr of the peer. */
struct peer {
	u16 family;
	u16 port; /* network order, as in the kernel */
	u32 addr;
	u8 addr6[16]; /* at offset 8, as in struct sockaddr_in6 */
	u32 scope;
};

/* Puts the peer of a connected inet or unix socket; false when it has none. */
static __always_inline bool put_peer(struct scratch *s, struct sock *sk)
{
	struct peer peer = {.family = BPF_CORE_READ(sk, __sk_common.skc_family)};

	if (peer.family == AF_UNIX) {
		struct unix_sock *other = (void *)BPF_CORE_READ((struct unix_sock *)sk, peer);
		struct unix_address *addr = BPF_CORE_READ(other, addr);

		if (!other)
			return false;
		if (addr) /* name begins with the family, as struct sockaddr_un */
			socket_dup__remote_addr(s, (void *)addr + bpf_core_field_offset(struct unix_address, name),
						BPF_CORE_READ(addr, len));
		else
			socket_dup__remote_addr(s, &peer, sizeof(peer.family));
		return true;
	}
	peer.port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	if (!peer.port)
		return false;
	if (peer.family == AF_INET) {
		peer.addr = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		socket_dup__remote_addr(s, &peer, 16);
		return true;
	}
	if (peer.family == AF_INET6) {
		bpf_core_read(peer.addr6, sizeof(peer.addr6), &sk->__sk_common.skc_v6_daddr);
		socket_dup__remote_addr(s, &peer, 28);
		return true;
	}
	return false;
}

static __always_inline struct sock *descriptor_socket(s32 fd)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(t, files, fdt);
	struct file **fds = BPF_CORE_READ(table, fd), *file = NULL;

	if ((u32)fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), &fds[(u32)fd]);
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	struct socket *sock = BPF_CORE_READ(file, private_data);

	return BPF_CORE_READ(sock, sk);
}

static __always_inline int duplicated(u64 regs, s64 ret)
{
	struct sock *sk;

	if (ret < 0)
		return 0;
	sk = descriptor_socket(ret);
	if (!sk)
		return 0;
	struct scratch *s = record_begin(EVENT_SOCKET_DUP, 0);

	if (!s)
		return 0;
	socket_dup__oldfd(s, regs_arg((void *)regs, 0));
	socket_dup__newfd(s, ret);
	if (put_peer(s, sk))
		record_submit(s, &events, LOSS_EVENTS);
	else
		scratch_free(s);
	return 0;
}

#define DUP(name)                                                                                                      \
	SEC("fexit/" SYSCALL_PREFIX #name)                                                                             \
	int socket_dup_##name(u64 *ctx)                                                                                \
	{                                                                                                              \
		return duplicated(probe_regs(ctx), ctx[1]);                                                            \
	}

DUP(dup)
DUP(dup3)
#if defined(__TARGET_ARCH_x86)
DUP(dup2)
#endif
