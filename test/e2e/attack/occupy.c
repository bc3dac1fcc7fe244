// SPDX-License-Identifier: Apache-2.0
/*
 * Takes all the room there is for BPF programs on kernel functions, as other
 * tools may: occupy FUNCTION... attaches programs that do nothing to each until
 * the kernel wants no more, says "ready" and waits to be killed.
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

static int load(unsigned function)
{
	static const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr a = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = BPF_TRACE_FEXIT,
		.insns = (unsigned long)program,
		.insn_cnt = 2,
		.license = (unsigned long)"GPL",
		.attach_btf_id = function,
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a));

	if (fd < 0)
		err(1, "load");
	return fd;
}

int main(int argc, char **argv)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}; /* programs count as locked memory before 5.11 */
	char *btf = read_btf();

	if (setrlimit(RLIMIT_MEMLOCK, &all))
		err(1, "setrlimit");
	for (int i = 1; i < argc; i++) {
		unsigned function = function_id(btf, argv[i]);

		for (int n = 0;; n++) {
			union bpf_attr a = {.raw_tracepoint.prog_fd = load(function)};

			if (syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &a, sizeof(a)) >= 0)
				continue;
			if (errno != E2BIG)
				err(1, "attach to %s", argv[i]);
			fprintf(stderr, "%s: %d\n", argv[i], n);
			break;
		}
	}
	puts("ready");
	fflush(stdout);
	pause();
}
