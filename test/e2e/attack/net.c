// SPDX-License-Identifier: Apache-2.0
/*
 * What programs do with sockets, one way per first argument. Descriptors are those
 * that a program gets which has 0, 1 and 2 open: 3, 4, …
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHECK(call)                                                                                                    \
	({                                                                                                             \
		long ret_ = call;                                                                                      \
                                                                                                                       \
		if (ret_ < 0)                                                                                          \
			err(1, "%s", #call);                                                                           \
		ret_;                                                                                                  \
	})

static struct sockaddr_in inet(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static struct sockaddr_in6 inet6(int port)
{
	return (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
}

/* A server on port, and a client of port + 1: descriptors 3 and 4. Then copies
 * of the client's. */
static void tcp(int port)
{
	struct sockaddr_in a = inet(port), b = inet(port + 1);
	int on = 1, server = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));

	CHECK(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	CHECK(bind(server, (void *)&a, sizeof(a)));
	CHECK(setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
	CHECK(listen(server, 7));
	int client = CHECK(socket(AF_INET, SOCK_STREAM, 0));

	CHECK(bind(client, (void *)&b, sizeof(b)));
	CHECK(connect(client, (void *)&a, sizeof(a)));
	CHECK(accept4(server, NULL, NULL, SOCK_NONBLOCK));
	CHECK(dup(client));
	CHECK(dup2(client, 18));
	CHECK(dup3(client, 19, O_CLOEXEC));
	CHECK(fcntl(client, F_DUPFD, 20));
	CHECK(fcntl(client, F_DUPFD_CLOEXEC, 21));
	CHECK(dup2(server, 22));
}

static void tcp6(int port)
{
	struct sockaddr_in6 a = inet6(port), b = inet6(port + 1);
	int on = 1, server = CHECK(socket(AF_INET6, SOCK_STREAM, 0));

	b.sin6_flowinfo = htonl(7);
	CHECK(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
	CHECK(bind(server, (void *)&a, sizeof(a)));
	CHECK(listen(server, 8));
	int client = CHECK(socket(AF_INET6, SOCK_STREAM, 0));

	CHECK(bind(client, (void *)&b, sizeof(b)));
	CHECK(connect(client, (void *)&a, sizeof(a)));
	CHECK(accept(server, NULL, NULL));
	CHECK(dup2(client, 20));
}

/* A server named /tmp/net.sock, and a client of the abstract name net-client. */
static void local(void)
{
	struct sockaddr_un a = {AF_UNIX, "/tmp/net.sock"}, b = {AF_UNIX, "\0net-client"};
	int on = 1, server = CHECK(socket(AF_UNIX, SOCK_STREAM, 0));

	unlink(a.sun_path);
	CHECK(setsockopt(server, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	CHECK(bind(server, (void *)&a, sizeof(a)));
	CHECK(listen(server, 9));
	int client = CHECK(socket(AF_UNIX, SOCK_STREAM, 0));

	CHECK(bind(client, (void *)&b, offsetof(struct sockaddr_un, sun_path) + 11));
	CHECK(connect(client, (void *)&a, sizeof(a)));
	CHECK(accept(server, NULL, NULL));
	CHECK(dup2(client, 20));
}

/* Addresses of other families, given to a socket that refuses them: the hook is
 * asked first. */
static void families(void)
{
	struct sockaddr_nl nl = {.nl_family = AF_NETLINK, .nl_pid = 1337, .nl_groups = 1};
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(3),
				 .sll_ifindex = 1,
				 .sll_hatype = 772,
				 .sll_halen = 6,
				 .sll_addr = {2, 0x42, 0xac, 0x11, 0, 2}};
	struct sockaddr_vm vm = {.svm_family = AF_VSOCK, .svm_cid = 2, .svm_port = 5000};
	struct sockaddr_alg alg = {.salg_family = AF_ALG, .salg_type = "skcipher", .salg_name = "cbc(aes)"};
	struct sockaddr_xdp xdp = {.sxdp_family = AF_XDP, .sxdp_ifindex = 1, .sxdp_queue_id = 2};
	struct sockaddr_tipc tipc = {.family = AF_TIPC,
				     .addrtype = 2,
				     .scope = 1,
				     .addr.name = {.name = {.type = 18888, .instance = 17}, .domain = 0}};
	struct {
		unsigned short family;
		unsigned char addr[6], channel;
	} rfcomm = {AF_BLUETOOTH, {6, 5, 4, 3, 2, 1}, 7};
	struct sockaddr unknown = {250, "\1\2\3"}, none = {AF_UNSPEC};
	int s = CHECK(socket(AF_INET, SOCK_DGRAM, 0));

	bind(s, (void *)&nl, sizeof(nl));
	bind(s, (void *)&ll, sizeof(ll));
	bind(s, (void *)&vm, sizeof(vm));
	bind(s, (void *)&alg, sizeof(alg));
	bind(s, (void *)&xdp, sizeof(xdp));
	bind(s, (void *)&tipc, sizeof(tipc));
	bind(s, (void *)&rfcomm, 10);
	bind(s, &unknown, 5);
	connect(s, &none, sizeof(none));
	connect(s, (void *)&nl, 1); /* too short to have a family */
}

/* Sends data along with the first packet, in place of connecting. */
static void fastopen(int port)
{
	struct sockaddr_in a = inet(port);
	struct sockaddr_in6 b = inet6(port + 1);
	int five = 5, one = CHECK(socket(AF_INET, SOCK_STREAM, 0));

	CHECK(bind(one, (void *)&a, sizeof(a)));
	CHECK(setsockopt(one, IPPROTO_TCP, TCP_FASTOPEN, &five, sizeof(five)));
	CHECK(listen(one, 5));
	int client = CHECK(socket(AF_INET, SOCK_STREAM, 0));

	CHECK(sendto(client, "data", 4, MSG_FASTOPEN, (void *)&a, sizeof(a)));
	/* Nobody listens at the other. */
	int client6 = CHECK(socket(AF_INET6, SOCK_STREAM, 0));
	struct iovec data = {"data", 4};
	struct msghdr m = {.msg_name = &b, .msg_namelen = sizeof(b), .msg_iov = &data, .msg_iovlen = 1};

	sendmsg(client6, &m, MSG_FASTOPEN);
	/* With data sent later, connect(2) is the one that says where to. */
	int deferred = CHECK(socket(AF_INET, SOCK_STREAM, 0)), on = 1;
	struct sockaddr_in c = inet(port);

	CHECK(setsockopt(deferred, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)));
	CHECK(connect(deferred, (void *)&c, sizeof(c)));
	send(deferred, "data", 4, 0);
}

#if defined(__x86_64__)
/* A system call as 32-bit programs make it. Pointers have to be below 4 GiB, which
 * those of static data are here. */
static long i386(long nr, long a, long b, long c)
{
	long ret;

	asm volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	if ((int)ret < 0) {
		errno = -(int)ret;
		err(1, "i386 call %ld", nr);
	}
	return (int)ret;
}

#define SOCKETCALL(call, ...)                                                                                          \
	({                                                                                                             \
		static unsigned int args[6];                                                                           \
                                                                                                                       \
		memcpy(args, (unsigned int[6]){__VA_ARGS__}, sizeof(args));                                            \
		i386(102, call, (long)args, 0);                                                                        \
	})
#define PTR(p) ((unsigned int)(unsigned long)(p))

static void compat(int port)
{
	static struct sockaddr_in a, b, c;
	static int on = 1;

	a = inet(port), b = inet(port + 1), c = inet(port + 2);
	int server = SOCKETCALL(1, AF_INET, SOCK_STREAM, IPPROTO_TCP);

	SOCKETCALL(14, server, SOL_SOCKET, SO_REUSEPORT, PTR(&on), sizeof(on));
	SOCKETCALL(2, server, PTR(&a), sizeof(a));
	SOCKETCALL(4, server, 11);
	int client = SOCKETCALL(1, AF_INET, SOCK_STREAM, 0);

	SOCKETCALL(2, client, PTR(&b), sizeof(b));
	SOCKETCALL(3, client, PTR(&a), sizeof(a));
	SOCKETCALL(5, server, 0, 0);
	i386(41, client, 0, 0); /* dup */
	i386(63, client, 30, 0); /* dup2 */
	i386(330, client, 31, O_CLOEXEC); /* dup3 */
	i386(55, client, F_DUPFD, 32); /* fcntl */
	i386(221, client, F_DUPFD_CLOEXEC, 33); /* fcntl64 */
	int second = i386(359, AF_INET, SOCK_STREAM, 0); /* socket */

	i386(361, second, PTR(&c), sizeof(c)); /* bind */
	i386(362, second, PTR(&a), sizeof(a)); /* connect */
}
#endif

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int port = argc > 2 ? atoi(argv[2]) : 0;

	if (!strcmp(what, "tcp") && port)
		tcp(port);
	else if (!strcmp(what, "tcp6") && port)
		tcp6(port);
	else if (!strcmp(what, "unix") && argc == 2)
		local();
	else if (!strcmp(what, "families") && argc == 2)
		families();
	else if (!strcmp(what, "fastopen") && port)
		fastopen(port);
#if defined(__x86_64__)
	else if (!strcmp(what, "i386") && port)
		compat(port);
#endif
	else
		errx(2, "usage: net tcp PORT | tcp6 PORT | unix | families | fastopen PORT | i386 PORT");
	return 0;
}
