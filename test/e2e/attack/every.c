// SPDX-License-Identifier: Apache-2.0
/*
 * Makes the system calls that it reads, each in a process of its own: every FILE
 * reads lines from FILE,
 *
 *	64 257 9990 "/tmp/none 5 6
 *	32 90 B 16 32 3 4 5 6
 *
 * the ABI (32 is int 0x80), the call's number, and its registers as numbers or:
 *
 *	"text  address of the text, in which _ stands for a space
 *	L      address of a list of addresses of texts: one, two words
 *	S      address of a struct sockaddr_un of /tmp/none
 *	N      address of the number 110
 *	B      address of the rest of the line as 32-bit numbers
 *
 * It prints a line "PID RESULT REGISTER..." for each, RESULT none when the call did
 * not return. All addresses are below 4 GiB.
 */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define REGISTERS 6

typedef uint64_t u64;
typedef uint32_t u32;

static char *memory; /* below 4 GiB */
static size_t taken;

static void *take(size_t size)
{
	void *at = memory + taken;

	taken += (size + 15) & ~15ul;
	if (taken > 1 << 16)
		errx(1, "a line takes too much memory");
	return at;
}

static char *text(const char *from)
{
	char *to = strcpy(take(strlen(from) + 1), from);

	for (char *c = to; *c; c++)
		if (*c == '_')
			*c = ' ';
	return to;
}

static u64 list(int bits)
{
	char *one = text("one"), *two = text("two words");

	if (bits == 32) {
		u32 *at = take(3 * sizeof(*at));

		at[0] = (u64)one, at[1] = (u64)two, at[2] = 0;
		return (u64)at;
	}
	u64 *at = take(3 * sizeof(*at));

	at[0] = (u64)one, at[1] = (u64)two, at[2] = 0;
	return (u64)at;
}

static u64 word(const char *w, int bits)
{
	struct sockaddr_un *un;
	u32 *number;

	switch (*w) {
	case '"':
		return (u64)text(w + 1);
	case 'L':
		return list(bits);
	case 'S':
		un = take(sizeof(*un));
		un->sun_family = AF_UNIX;
		strcpy(un->sun_path, "/tmp/none");
		return (u64)un;
	case 'N':
		number = take(sizeof(*number));
		*number = 110;
		return (u64)number;
	}
	return strtoull(w, NULL, 0);
}

/* A child that such a call makes must not come back into our memory. */
static __attribute__((noinline)) long call64(long nr, const u64 *r)
{
	register u64 r10 asm("r10") = r[3], r8 asm("r8") = r[4], r9 asm("r9") = r[5];
	long ret = nr;

	asm volatile("mov %%rax, %%r12\n\t"
		     "syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "cmp $57, %%r12\n\t"
		     "je 2f\n\t"
		     "cmp $58, %%r12\n\t"
		     "jne 1f\n\t"
		     "2: mov $60, %%eax\n\t"
		     "xor %%edi, %%edi\n\t"
		     "syscall\n\t"
		     "1:"
		     : "+a"(ret), "+r"(r10), "+r"(r8), "+r"(r9)
		     : "D"(r[0]), "S"(r[1]), "d"(r[2])
		     : "rcx", "r11", "r12", "memory");
	return ret;
}

static __attribute__((noinline)) long call32(long nr, const u64 *r)
{
	long ret = nr;

	/* bp is the compiler's, perhaps: kept on the stack by hand. */
	asm volatile("lea -128(%%rsp), %%rsp\n\t"
		     "push %%rbp\n\t"
		     "push %%rbx\n\t"
		     "mov %%rax, %%r12\n\t"
		     "mov 0(%1), %%rbx\n\t"
		     "mov 8(%1), %%rcx\n\t"
		     "mov 16(%1), %%rdx\n\t"
		     "mov 24(%1), %%rsi\n\t"
		     "mov 40(%1), %%rbp\n\t"
		     "mov 32(%1), %%rdi\n\t"
		     "int $0x80\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "cmp $2, %%r12\n\t"
		     "je 2f\n\t"
		     "cmp $190, %%r12\n\t"
		     "jne 1f\n\t"
		     "2: mov $1, %%eax\n\t"
		     "xor %%ebx, %%ebx\n\t"
		     "int $0x80\n\t"
		     "1: pop %%rbx\n\t"
		     "pop %%rbp\n\t"
		     "lea 128(%%rsp), %%rsp\n\t"
		     : "+a"(ret)
		     : "D"(r)
		     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "memory");
	return ret;
}

static void interrupted(int sig)
{
	(void)sig;
}

static void perform(int bits, long nr, const u64 *r, int to)
{
	struct sigaction quiet = {.sa_handler = interrupted};
	long ret;

	sigaction(SIGALRM, &quiet, NULL);
	alarm(1); /* what blocks is interrupted */
	ret = bits == 32 ? call32(nr, r) : call64(nr, r);
	if (write(to, &ret, sizeof(ret)) != sizeof(ret))
		_exit(2);
	_exit(0);
}

static void run(char *line)
{
	u64 r[REGISTERS] = {};
	char *save, *w = strtok_r(line, " \n", &save);
	int bits = atoi(w), n = 0, fds[2];
	long nr = atol(strtok_r(NULL, " \n", &save)), ret;
	u32 *block = NULL;

	memset(memory, 0, taken);
	taken = 0;
	while ((w = strtok_r(NULL, " \n", &save))) {
		if (*w == 'B') {
			block = take(REGISTERS * sizeof(*block));
			r[0] = (u64)block;
			n = 0;
		} else if (block) {
			block[n++] = word(w, bits);
		} else {
			r[n++] = word(w, bits);
		}
	}
	if (pipe(fds))
		err(1, "pipe");
	int child = fork();

	if (!child)
		perform(bits, nr, r, fds[1]);
	close(fds[1]);
	if (read(fds[0], &ret, sizeof(ret)) == sizeof(ret))
		printf("%d %ld", child, ret);
	else
		printf("%d none", child);
	close(fds[0]);
	waitpid(child, NULL, 0);
	for (int i = 0; i < REGISTERS; i++)
		printf(" %llu", (unsigned long long)(block ? block[i] : r[i]));
	puts("");
}

int main(int argc, char **argv)
{
	static char line[4096];
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!in)
		err(2, "usage: every FILE");
	memory = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	setvbuf(stdout, NULL, _IONBF, 0);
	while (fgets(line, sizeof(line), in))
		run(line);
	return 0;
}
