// SPDX-License-Identifier: Apache-2.0
/*
 * Makes BPF maps and programs and attaches them, as those do who bring their own
 * loader. A program does nothing. Prints the number of the map or program.
 *
 *	probe map NAME
 *	probe kprobe|kretprobe FUNCTION|ADDRESS
 *	probe uprobe|uretprobe FILE OFFSET
 *	probe tracepoint ID
 *	probe clock
 *	probe raw NAME
 *	probe xdp|xdp-link DEVICE
 */
#include <err.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int must(int result, const char *what)
{
	if (result < 0)
		err(1, "%s", what);
	return result;
}

static int load(enum bpf_prog_type type)
{
	struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K,
		 .dst_reg = BPF_REG_0,
		 .imm = type == BPF_PROG_TYPE_XDP ? XDP_PASS : 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {.prog_type = type, .prog_name = "a_probe"};

	attr.insns = (unsigned long)nothing;
	attr.insn_cnt = 2;
	attr.license = (unsigned long)"GPL";
	return must(bpf(BPF_PROG_LOAD, &attr), "load program");
}

static void print_id(int fd)
{
	struct bpf_prog_info info = {0}; /* a map's begins alike: type, id */
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = (unsigned long)&info}};

	must(bpf(BPF_OBJ_GET_INFO_BY_FD, &attr), "ask for the number");
	printf("%u\n", info.id);
}

/* The number of a source of perf events, or of a bit of its configuration. */
static int number(const char *path, const char *format)
{
	FILE *f = fopen(path, "r");
	int n;

	if (!f || fscanf(f, format, &n) != 1)
		err(1, "%s", path);
	fclose(f);
	return n;
}

static void attach_event(struct perf_event_attr *attr, int program)
{
	int event;

	attr->size = sizeof(*attr);
	attr->sample_period = 1000000;
	event = must(syscall(SYS_perf_event_open, attr, -1, 0, -1, 0), "open perf event");
	must(ioctl(event, PERF_EVENT_IOC_SET_BPF, program), "attach program");
}

static void attach_probe(const char *source, int returns, const char *where, unsigned long offset)
{
	struct perf_event_attr attr = {0};
	char path[128];
	int program = load(BPF_PROG_TYPE_KPROBE);

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", source);
	attr.type = number(path, "%d");
	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/format/retprobe", source);
	if (returns)
		attr.config = 1UL << number(path, "config:%d");
	attr.config1 = (unsigned long)where;
	attr.config2 = offset;
	attach_event(&attr, program);
	print_id(program);
}

/* Sets a device's XDP program by netlink; -1 takes it away. */
static void set_xdp(int device, int program)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
		struct nlattr xdp, fd;
		int program;
		struct nlattr flags;
		unsigned int mode;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_SETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.info = {.ifi_index = device},
		.xdp = {.nla_len = 20, .nla_type = IFLA_XDP | NLA_F_NESTED},
		.fd = {.nla_len = 8, .nla_type = IFLA_XDP_FD},
		.program = program,
		.flags = {.nla_len = 8, .nla_type = IFLA_XDP_FLAGS},
		.mode = XDP_FLAGS_SKB_MODE,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	int fd = must(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "open netlink");

	must(send(fd, &request, sizeof(request), 0), "send to netlink");
	must(recv(fd, &answer, sizeof(answer), 0), "receive from netlink");
	if (answer.head.nlmsg_type != NLMSG_ERROR || answer.error.error)
		errx(1, "set XDP program: netlink says %s", strerror(-answer.error.error));
	close(fd);
}

static void link_xdp(int device, int program)
{
	union bpf_attr attr = {.link_create = {.prog_fd = program,
					       .target_ifindex = device,
					       .attach_type = BPF_XDP,
					       .flags = XDP_FLAGS_SKB_MODE}};

	must(bpf(BPF_LINK_CREATE, &attr), "link XDP program");
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 || (argc == 2 && !strcmp(argv[1], "clock")) ? argv[1] : "";
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	/* Before 5.11 maps and programs count as locked memory. */
	must(setrlimit(RLIMIT_MEMLOCK, &all), "lift the limit of locked memory");

	if (!strcmp(what, "map")) {
		union bpf_attr attr = {
			.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

		strncpy(attr.map_name, argv[2], sizeof(attr.map_name) - 1);
		print_id(must(bpf(BPF_MAP_CREATE, &attr), "create map"));
	} else if (!strcmp(what, "kprobe") || !strcmp(what, "kretprobe")) {
		unsigned long address = strtoul(argv[2], NULL, 0); /* 0 is a name */

		attach_probe("kprobe", !strcmp(what, "kretprobe"), address ? NULL : argv[2], address);
	} else if ((!strcmp(what, "uprobe") || !strcmp(what, "uretprobe")) && argc == 4) {
		attach_probe("uprobe", !strcmp(what, "uretprobe"), argv[2], strtoul(argv[3], NULL, 0));
	} else if (!strcmp(what, "tracepoint")) {
		struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT, .config = atoi(argv[2])};
		int program = load(BPF_PROG_TYPE_TRACEPOINT);

		attach_event(&attr, program);
		print_id(program);
	} else if (!strcmp(what, "clock")) {
		struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK};
		int program = load(BPF_PROG_TYPE_PERF_EVENT);

		attach_event(&attr, program);
		print_id(program);
	} else if (!strcmp(what, "xdp") || !strcmp(what, "xdp-link")) {
		int device = if_nametoindex(argv[2]), program = load(BPF_PROG_TYPE_XDP);

		if (!strcmp(what, "xdp")) {
			set_xdp(device, program);
			set_xdp(device, -1);
		} else {
			link_xdp(device, program);
		}
		print_id(program);
	} else if (!strcmp(what, "raw")) {
		int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT);
		union bpf_attr attr = {.raw_tracepoint = {.name = (unsigned long)argv[2], .prog_fd = program}};

		must(bpf(BPF_RAW_TRACEPOINT_OPEN, &attr), "attach program");
		print_id(program);
	} else {
		errx(2, "see attack/probe.c for what there is");
	}
	return 0;
}
