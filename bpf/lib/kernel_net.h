/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel types of sockets that only the net family reads. */
#pragma once

#include "kernel.h"

typedef enum { SS_FREE, SS_UNCONNECTED } socket_state;

/* Numbers of i386 calls that the net family looks at. */
#define I386_fcntl 55
#define I386_fcntl64 221

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* What struct sock_common holds of the local end. */
struct sock_common___local {
	u32 skc_rcv_saddr;
	u16 skc_num; /* host order */
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock___local {
	struct sock_common___local __sk_common;
};

struct socket___state {
	socket_state state;
};

/* The registers in which an i386 caller passes parameters. */
struct pt_regs___i386 {
	unsigned long bx, cx, orig_ax;
};

#pragma clang attribute pop
