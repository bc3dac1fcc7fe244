// SPDX-License-Identifier: Apache-2.0
/*
 * A 32-bit x86 program, without libc: opens a file that is there and one that is
 * not, asks socketcall for a socket, executes itself with one argument more, a
 * program that is not there, and ends with status 7.
 */
#define CALL(nr, a, b, c)                                                                                              \
	({                                                                                                             \
		long ret;                                                                                              \
		__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");                \
		ret;                                                                                                   \
	})
#define EXIT 1
#define OPEN 5
#define EXECVE 11
#define SOCKETCALL 102
#define MMAP2 192
#define SELF "/usr/local/bin/calls32"

static const char *again[] = {"calls32", "two words", "", 0};
static const char *environment[] = {"A=1", 0};

/* Brings the lists into memory: since 6.8 the kernel does not read those of a
 * program that is not there, and a probe can read only what is there. */
static void touch(const char **list)
{
	while (*list)
		(void)**(volatile const char **)list++;
}

__attribute__((used)) static void run(int argc)
{
	static long socket[] = {1, 1, 0}; /* AF_UNIX, SOCK_STREAM */

	touch(again);
	touch(environment);
	if (argc == 1) {
		CALL(OPEN, "/etc/hostname", 0, 0);
		CALL(OPEN, "/tmp/none", 01, 0);
		CALL(SOCKETCALL, 1, socket, 0);
		CALL(EXECVE, SELF, again, environment);
	}
	CALL(EXECVE, "/tmp/none", again, environment);
	CALL(EXIT, 7, 0, 0);
}

__asm__(".globl _start\n"
	"_start: pop %eax\n"
	"push %eax\n"
	"call run\n");
