// SPDX-License-Identifier: Apache-2.0
/*
 * A storm of processes whose descent is written in their arguments. Without a C
 * library, because most of a small program's life is the library's start.
 *
 *	family WORKERS CHAINS DEPTH
 *
 * starts so many workers "family w W CHAINS DEPTH" and waits for them. Each worker
 * begins CHAINS chains of DEPTH programs "family c W CHAIN D", D from DEPTH down to
 * 1, of which each executes the next. In every other chain a program ends at once, so
 * that its child is an orphan; else it waits.
 */
#if !defined(__x86_64__)
#error "system calls are written for x86_64"
#endif

#define NULL ((void *)0)

enum { SYS_vfork = 58, SYS_execve = 59, SYS_exit = 60, SYS_wait4 = 61, SYS_prctl = 157, SYS_sched_yield = 24 };
enum { PR_SET_CHILD_SUBREAPER = 36, WNOHANG = 1, EINTR = 4, EAGAIN = 11 };

static long call(long nr, long a, long b, long c, long d)
{
	register long r10 asm("r10") = d;
	long ret;

	asm volatile("syscall" : "=a"(ret) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return ret;
}

static void quit(int status)
{
	for (;;)
		call(SYS_exit, status, 0, 0, 0);
}

static long number(const char *s)
{
	long n = 0;

	while (*s)
		n = 10 * n + *s++ - '0';
	return n;
}

static char *text(char *end, long n)
{
	*--end = 0;
	do
		*--end = '0' + n % 10;
	while (n /= 10);
	return end;
}

/* Waits for one child; 0 when there is none left, or with WNOHANG none that ended. */
static int reap(int flags)
{
	int status;
	long pid;

	do
		pid = call(SYS_wait4, -1, (long)&status, flags, 0);
	while (pid == -EINTR);
	if (pid > 0 && status)
		quit(2);
	return pid > 0;
}

/* Executes this program in a new process. The process ids are few: without one
 * left it tries again. */
static void run(char **argv)
{
	static char *const envp[] = {NULL};
	long pid;

	for (;;) {
		/* No stack frame may be left between the two: the child runs on it. */
		asm volatile("syscall\n\t"
			     "test %%rax, %%rax\n\t"
			     "jnz 1f\n\t"
			     "mov %2, %%eax\n\t"
			     "syscall\n\t"
			     "mov $127, %%edi\n\t"
			     "mov %3, %%eax\n\t"
			     "syscall\n\t"
			     "1:"
			     : "=a"(pid)
			     : "a"((long)SYS_vfork), "i"(SYS_execve), "i"(SYS_exit), "D"("/usr/local/bin/family"),
			       "S"(argv), "d"(envp)
			     : "rcx", "r11", "memory");
		if (pid > 0)
			return;
		if (pid != -EAGAIN)
			quit(1);
		while (reap(WNOHANG)) /* the dead hold ids, too */
			;
		call(SYS_sched_yield, 0, 0, 0, 0);
	}
}

static void chain(char **argv, long left)
{
	char digits[24];

	argv[4] = text(digits + sizeof(digits), left);
	run(argv);
}

static void work(char *worker, char *chains, char *depth)
{
	char digits[24];
	char *argv[] = {"family", "c", worker, NULL, NULL, NULL};

	call(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0);
	for (long i = 0; i < number(chains); i++) {
		argv[3] = text(digits + sizeof(digits), i);
		chain(argv, number(depth));
		reap(0);
		while (reap(WNOHANG))
			;
	}
	while (reap(0))
		;
}

static void entry(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)&stack[1];

	if (argc == 5 && argv[1][0] == 'c') {
		long left = number(argv[4]);

		if (left > 1) {
			chain(argv, left - 1);
			if (number(argv[3]) % 2)
				reap(0);
		}
	} else if (argc == 5 && argv[1][0] == 'w') {
		work(argv[2], argv[3], argv[4]);
	} else if (argc == 4) {
		char digits[24];
		char *worker[] = {"family", "w", NULL, argv[2], argv[3], NULL};

		for (long i = 0; i < number(argv[1]); i++) {
			worker[2] = text(digits + sizeof(digits), i);
			run(worker);
		}
		while (reap(0))
			;
	} else {
		quit(64);
	}
	quit(0);
}

__attribute__((naked, noreturn)) void _start(void)
{
	asm volatile("mov %%rsp, %%rdi\n\tand $-16, %%rsp\n\tcall *%0" : : "r"(entry));
}
