// SPDX-License-Identifier: Apache-2.0
/*
 * What other tools do with BPF. Each says "ready" and waits to be killed.
 *
 * others occupy FUNCTION...	takes all the room for programs on kernel functions: attaches
 *				some that do nothing until the kernel wants no more
 * others refuse HOOK...	a security module that refuses what a hook is asked to
 *				processes that have the hook's name
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *read_btf(void)
{
	const char *path = "/sys/kernel/btf/vmlinux";
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err(1, "open %s", path);
	char *all = malloc(st.st_size);
	ssize_t n, at = 0;

	while (all && (n = read(fd, all + at, st.st_size - at)) > 0)
		at += n;
	if (at != st.st_size)
		err(1, "read %s", path);
	close(fd);
	return all;
}

/* How many bytes follow a type's head. */
static size_t tail(const struct btf_type *t)
{
	unsigned n = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case 17: /* DECL_TAG */
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return n * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return n * sizeof(struct btf_var_secinfo);
	case 19: /* ENUM64 */
		return n * 12;
	}
	return 0;
}

static unsigned function_id(const char *btf, const char *name)
{
	const struct btf_header *h = (const void *)btf;
	const char *at = btf + h->hdr_len + h->type_off, *end = at + h->type_len;
	const char *names = btf + h->hdr_len + h->str_off;

	for (unsigned id = 1; at < end; id++) {
		const struct btf_type *t = (const void *)at;

		if (BTF_INFO_KIND(t->info) == BTF_KIND_FUNC && !strcmp(names + t->name_off, name))
			return id;
		at += sizeof(*t) + tail(t);
	}
	errx(1, "no function %s", name);
}

/* Loads a program and attaches it; 0 when the kernel has no room for one more. */
static int attach(union bpf_attr program)
{
	program.license = (unsigned long)"GPL";
	union bpf_attr a = {.raw_tracepoint.prog_fd = syscall(SYS_bpf, BPF_PROG_LOAD, &program, sizeof(program))};

	if ((int)a.raw_tracepoint.prog_fd < 0)
		err(1, "load");
	if (syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &a, sizeof(a)) >= 0)
		return 1;
	if (errno != E2BIG)
		err(1, "attach");
	return 0;
}

static void occupy(unsigned function, const char *name)
{
	static const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int n = 0;

	while (attach((union bpf_attr){.prog_type = BPF_PROG_TYPE_TRACING,
				       .expected_attach_type = BPF_TRACE_FEXIT,
				       .insns = (unsigned long)nothing,
				       .insn_cnt = 2,
				       .attach_btf_id = function}))
		n++;
	fprintf(stderr, "%s: %d\n", name, n);
}

static void refuse(unsigned function, const char *hook)
{
	size_t len = strnlen(hook, 15); /* so are names of processes cut */
	int name[4] = {}, mask[4] = {}; /* behind a name's NUL there can be anything */

	memcpy(name, hook, len);
	memset(mask, 0xff, len + 1);
	const struct bpf_insn decide[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 10},
		{.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 1, .imm = -16},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 16},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_comm},
		{.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 1, .src_reg = 10, .off = -16},
		{.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 3, .src_reg = 10, .off = -8},
		{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 2, .imm = mask[0]},
		{.imm = mask[1]},
		{.code = BPF_ALU64 | BPF_AND | BPF_X, .dst_reg = 1, .src_reg = 2},
		{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 2, .imm = mask[2]},
		{.imm = mask[3]},
		{.code = BPF_ALU64 | BPF_AND | BPF_X, .dst_reg = 3, .src_reg = 2},
		{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 2, .imm = name[0]},
		{.imm = name[1]},
		{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 4, .imm = name[2]},
		{.imm = name[3]},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_JMP | BPF_JNE | BPF_X, .dst_reg = 1, .src_reg = 2, .off = 2},
		{.code = BPF_JMP | BPF_JNE | BPF_X, .dst_reg = 3, .src_reg = 4, .off = 1},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -EPERM},
		{.code = BPF_JMP | BPF_EXIT},
	};

	attach((union bpf_attr){.prog_type = BPF_PROG_TYPE_LSM,
				.expected_attach_type = BPF_LSM_MAC,
				.insns = (unsigned long)decide,
				.insn_cnt = sizeof(decide) / sizeof(*decide),
				.attach_btf_id = function});
}

int main(int argc, char **argv)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}; /* programs count as locked memory before 5.11 */
	int refuses = argc > 1 && !strcmp(argv[1], "refuse");
	char *btf = read_btf(), name[64];

	if (argc < 3 || (!refuses && strcmp(argv[1], "occupy")))
		errx(2, "usage: others occupy FUNCTION... | refuse HOOK...");
	if (setrlimit(RLIMIT_MEMLOCK, &all))
		err(1, "setrlimit");
	for (int i = 2; i < argc; i++) {
		if (refuses) {
			snprintf(name, sizeof(name), "bpf_lsm_%s", argv[i]);
			refuse(function_id(btf, name), argv[i]);
		} else {
			occupy(function_id(btf, argv[i]), argv[i]);
		}
	}
	puts("ready");
	fflush(stdout);
	pause();
}
