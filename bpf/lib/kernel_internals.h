/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel types that only the programs about the kernel's own workings read. Those
 * that kernel.h has with other fields are flavours (___). */
#pragma once

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head___links {
	struct list_head___links *next, *prev;
};

struct module {
	struct list_head___links list;
	char name[56];
	const char *version, *srcversion;
};

struct kobject {
	const char *name;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	const char *init_name;
};

struct proc_dir_entry {
	const void *proc_ops;
	char *name;
	u16 mode;
};

/* debugfs_inode_info.aux came with a parameter of __debugfs_create_file. */
struct debugfs_inode_info {
	void *aux;
};

struct kprobe {
	void *addr;
	const char *symbol_name;
	void *pre_handler, *post_handler;
};

struct kretprobe {
	struct kprobe kp;
	void *handler;
};

struct tracepoint {
	const char *name;
};

struct trace_event_call {
	union {
		char *name;
		struct tracepoint *tp;
	};
	int flags;
};

struct trace_probe_event {
	struct trace_event_call call;
	struct list_head___links probes;
};

struct trace_probe {
	struct list_head___links list;
};

struct trace_kprobe {
	struct kretprobe rp;
	const char *symbol;
	struct trace_probe tp;
};

struct uprobe_consumer {
	void *ret_handler;
};

struct trace_uprobe {
	struct uprobe_consumer consumer;
	char *filename;
	unsigned long offset;
	struct trace_probe tp;
};

struct bpf_map {
	u32 id;
	char name[16];
};

struct bpf_prog_aux {
	u32 id;
	const char *attach_func_name;
	char name[16];
};

enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC };

struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

struct perf_event {
	struct bpf_prog *prog;
	struct trace_event_call *tp_event;
};

enum bpf_link_type { BPF_LINK_TYPE_UNSPEC };

struct bpf_link {
	enum bpf_link_type type;
	struct bpf_prog *prog;
};

struct bpf_raw_event_map {
	struct tracepoint *tp;
};

struct bpf_raw_tp_link {
	struct bpf_link link;
	struct bpf_raw_event_map *btp;
};

struct bpf_trampoline {
	struct {
		void *addr;
	} func;
};

struct bpf_tracing_link {
	struct bpf_trampoline *trampoline;
};

struct bpf_perf_link {
	struct file *perf_file;
};

struct net_device {
	char name[16];
};

struct bpf_xdp_link {
	struct net_device *dev;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs___i386 {
	unsigned long bx, cx, dx;
};
#endif

#pragma clang attribute pop
