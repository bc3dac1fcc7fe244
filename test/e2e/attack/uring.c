// SPDX-License-Identifier: Apache-2.0
/*
 * io_uring by its bare system calls: work that no system call tells of. One request
 * at a time; user_data counts them from 1000. The ring's descriptor is 3.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Operations that the headers of 6.1 lack. */
#define OP_SEND_ZC 47
#define OP_BIND 56
#define OP_LISTEN 57

static int ring;
static unsigned setup_flags;
static struct io_uring_sqe *sqes;
static unsigned *sq_tail, *sq_mask, *sq_array, *sq_flags, *cq_head, *cq_tail, *cq_mask;
static struct io_uring_cqe *cqes;
static unsigned long user_data = 1000;

static void *map(size_t size, off_t at)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, at);

	if (p == MAP_FAILED)
		err(1, "map the ring");
	return p;
}

static void setup(void)
{
	struct io_uring_params p = {.flags = setup_flags, .sq_thread_idle = 1000};

	ring = syscall(SYS_io_uring_setup, 8, &p);
	if (ring < 0)
		err(1, "io_uring_setup");
	char *sq = map(p.sq_off.array + p.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	char *cq = map(p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);

	sqes = map(p.sq_entries * sizeof(*sqes), IORING_OFF_SQES);
	sq_tail = (void *)(sq + p.sq_off.tail);
	sq_mask = (void *)(sq + p.sq_off.ring_mask);
	sq_array = (void *)(sq + p.sq_off.array);
	sq_flags = (void *)(sq + p.sq_off.flags);
	cq_head = (void *)(cq + p.cq_off.head);
	cq_tail = (void *)(cq + p.cq_off.tail);
	cq_mask = (void *)(cq + p.cq_off.ring_mask);
	cqes = (void *)(cq + p.cq_off.cqes);
}

/* Submits a request and waits until it is done. */
static int perform(struct io_uring_sqe sqe)
{
	unsigned tail = *sq_tail, at = tail & *sq_mask, enter = IORING_ENTER_GETEVENTS;

	sqe.user_data = ++user_data;
	sqes[at] = sqe;
	sq_array[at] = at;
	__atomic_store_n(sq_tail, tail + 1, __ATOMIC_SEQ_CST);
	if (setup_flags & IORING_SETUP_SQPOLL && __atomic_load_n(sq_flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
		enter |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, ring, 1, 1, enter, NULL, 0) < 0)
		err(1, "io_uring_enter");
	while (__atomic_load_n(cq_tail, __ATOMIC_SEQ_CST) == *cq_head)
		;
	int res = cqes[*cq_head & *cq_mask].res;

	__atomic_store_n(cq_head, *cq_head + 1, __ATOMIC_SEQ_CST);
	return res;
}

#define PTR(p) ((unsigned long)(p))
#define PERFORM(...) perform((struct io_uring_sqe){__VA_ARGS__})
/* One that must succeed; what it says is its result. */
#define DONE(...)                                                                                                      \
	({                                                                                                             \
		int res_ = PERFORM(__VA_ARGS__);                                                                       \
                                                                                                                       \
		if (res_ < 0)                                                                                          \
			errx(1, "request %lu: %s", user_data, strerror(-res_));                                        \
		res_;                                                                                                  \
	})

/* Files in the folder /tmp/uring; 4 is the folder. Requests 1001 to 1013. */
static void files(void)
{
	static struct open_how how = {.flags = O_RDONLY};
	static char text[] = "text";
	static struct epoll_event ev = {.events = EPOLLIN};
	static char stat[256];
	int pipes[2];

	mkdir("/tmp/uring", 0700);
	unlink("/tmp/uring/b");
	int dir = open("/tmp/uring", O_RDONLY | O_DIRECTORY);

	setup();
	int fd = DONE(.opcode = IORING_OP_OPENAT, .fd = dir, .addr = PTR("a"), .len = 0600,
		      .open_flags = O_CREAT | O_WRONLY);

	DONE(.opcode = IORING_OP_WRITE, .fd = fd, .addr = PTR(text), .len = 4, .flags = IOSQE_ASYNC);
	DONE(.opcode = IORING_OP_STATX, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/a"), .off = PTR(stat), .len = 0xfff);
	DONE(.opcode = IORING_OP_CLOSE, .fd = fd);
	DONE(.opcode = IORING_OP_OPENAT2, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/a"), .len = sizeof(how),
	     .off = PTR(&how));
	DONE(.opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/a"), .len = AT_FDCWD,
	     .off = PTR("/tmp/uring/b"));
	DONE(.opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/b"));
	DONE(.opcode = IORING_OP_NOP);
	if (pipe(pipes))
		err(1, "pipe");
	int epoll = epoll_create1(0);

	DONE(.opcode = IORING_OP_EPOLL_CTL, .fd = epoll, .off = pipes[0], .len = EPOLL_CTL_ADD, .addr = PTR(&ev));
	/* What 5.10 does not know. */
	PERFORM(.opcode = IORING_OP_MKDIRAT, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/d"), .len = 0700);
	PERFORM(.opcode = IORING_OP_SYMLINKAT, .fd = AT_FDCWD, .addr = PTR("where to"), .off = PTR("/tmp/uring/s"));
	PERFORM(.opcode = IORING_OP_LINKAT, .fd = AT_FDCWD, .addr = PTR("/tmp/uring/s"), .len = AT_FDCWD,
		.off = PTR("/tmp/uring/l"));
	PERFORM(.opcode = IORING_OP_GETXATTR, .addr = PTR("user.x"), .off = PTR(text), .len = 4,
		.addr3 = PTR("/tmp/uring/d"));
	rmdir("/tmp/uring/d");
	unlink("/tmp/uring/s");
	unlink("/tmp/uring/l");
}

static struct sockaddr_in inet(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A server made by calls, and a client, 4, whose every step is a request. */
static void sockets(int port)
{
	static struct sockaddr_in a, b, to;
	static struct iovec data = {"data", 4};
	static struct msghdr m = {.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &data, .msg_iovlen = 1};
	int on = 1;

	a = inet(port), b = inet(port + 1), to = inet(port + 2);
	setup();
	int client = socket(AF_INET, SOCK_STREAM, 0), server = socket(AF_INET, SOCK_STREAM, 0),
	    udp = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);

	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(server, (void *)&a, sizeof(a)) || bind(client, (void *)&b, sizeof(b)) || listen(server, 5))
		err(1, "listen");
	DONE(.opcode = IORING_OP_CONNECT, .fd = client, .addr = PTR(&a), .off = sizeof(a));
	DONE(.opcode = IORING_OP_ACCEPT, .fd = server);
	DONE(.opcode = IORING_OP_SEND, .fd = client, .addr = PTR("data"), .len = 4);
	DONE(.opcode = IORING_OP_SENDMSG, .fd = udp, .addr = PTR(&m));
	DONE(.opcode = IORING_OP_SHUTDOWN, .fd = client, .len = SHUT_WR);
	/* What older kernels do not know. */
	PERFORM(.opcode = OP_SEND_ZC, .fd = udp, .addr = PTR("data"), .len = 4, .addr2 = PTR(&to),
		.addr_len = sizeof(to));
	PERFORM(.opcode = OP_BIND, .fd = other, .addr = PTR(&to), .addr2 = sizeof(to));
}

/* One request by a worker thread, and one by number of a registered file. */
static void worker(int port)
{
	static struct sockaddr_in a;
	int client, server = socket(AF_INET, SOCK_STREAM, 0);

	a = inet(port);
	if (bind(server, (void *)&a, sizeof(a)) || listen(server, 5))
		err(1, "listen");
	setup();
	client = socket(AF_INET, SOCK_STREAM, 0);
	DONE(.opcode = IORING_OP_CONNECT, .fd = client, .addr = PTR(&a), .off = sizeof(a), .flags = IOSQE_ASYNC);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &client, 1))
		err(1, "register a file");
	DONE(.opcode = IORING_OP_CONNECT, .fd = 0, .addr = PTR(&a), .off = sizeof(a), .flags = IOSQE_FIXED_FILE);
}

/* Prints a file without a system call that names it. */
static void print(const char *path)
{
	static char text[4096];

	setup();
	int fd = DONE(.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = PTR(path), .open_flags = O_RDONLY);
	int n = DONE(.opcode = IORING_OP_READ, .fd = fd, .addr = PTR(text), .len = sizeof(text));

	if (write(1, text, n) != n)
		err(1, "write");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int port = argc > 2 ? atoi(argv[2]) : 0;

	if (!strcmp(what, "poll")) {
		setup_flags = IORING_SETUP_SQPOLL;
		what = argc > 2 ? argv[2] : "";
		port = argc > 3 ? atoi(argv[3]) : 0;
	}
	if (!strcmp(what, "files"))
		files();
	else if (!strcmp(what, "sockets") && port)
		sockets(port);
	else if (!strcmp(what, "worker") && port)
		worker(port);
	else if (!strcmp(what, "print") && argc == 3)
		print(argv[2]);
	else
		errx(2, "usage: uring [poll] files | sockets PORT | worker PORT | print FILE");
	return 0;
}
