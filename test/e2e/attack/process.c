// SPDX-License-Identifier: Apache-2.0
/* What processes do to themselves and to each other, one deed per first argument. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void before(int sig)
{
	(void)sig;
}

static void after(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
}

/* Replaces one handler by another, prints where both are, then tries what the
 * kernel refuses. */
static void handle(void)
{
	struct sigaction old = {.sa_handler = before, .sa_flags = SA_NODEFER};
	struct sigaction new = {.sa_sigaction = after, .sa_flags = SA_RESTART | SA_SIGINFO};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaddset(&old.sa_mask, SIGHUP);
	sigaddset(&new.sa_mask, SIGINT);
	sigaddset(&new.sa_mask, SIGTERM);
	if (sigaction(SIGUSR1, &old, NULL) || sigaction(SIGUSR1, &new, &old))
		err(1, "handle a signal");
	printf("before %p\nafter %p\n", before, after);
	if (!sigaction(SIGKILL, &ignore, NULL))
		errx(1, "SIGKILL can be ignored");
}

/* Traces a process; succeeds when it may not. */
static void attach(const char *pid)
{
	if (!ptrace(PTRACE_ATTACH, atoi(pid), NULL, NULL))
		errx(1, "%s can be traced", pid);
}

/* Becomes another user and group for good. */
static void become(int uid, int gid)
{
	if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		err(1, "become user %d", uid);
}

static pthread_barrier_t together;

static void *end(void *unused)
{
	pthread_barrier_wait(&together);
	syscall(SYS_exit, 0);
	return unused;
}

/* Processes whose threads all end at the same time. */
static void ends(int processes, int threads)
{
	pthread_t t;

	for (; processes > 0; processes--) {
		pid_t child = fork();

		if (child < 0)
			err(1, "fork");
		if (child) {
			waitpid(child, NULL, 0);
			continue;
		}
		pthread_barrier_init(&together, NULL, threads);
		for (int i = 1; i < threads; i++)
			if (pthread_create(&t, NULL, end, NULL))
				_exit(1);
		end(NULL);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "handle") && argc == 2)
		handle();
	else if (!strcmp(what, "attach") && argc == 3)
		attach(argv[2]);
	else if (!strcmp(what, "become") && argc == 4)
		become(atoi(argv[2]), atoi(argv[3]));
	else if (!strcmp(what, "ends") && argc == 4)
		ends(atoi(argv[2]), atoi(argv[3]));
	else
		errx(2, "usage: process handle | attach PID | become UID GID | ends PROCESSES THREADS");
	return 0;
}
