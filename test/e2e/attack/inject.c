// SPDX-License-Identifier: Apache-2.0
/*
 * Puts code where it does not belong: into another process, into the kernel, into
 * memory that was data.
 *
 *	inject poke PID			with a debugger's request
 *	inject registers PID		makes it go on elsewhere
 *	inject vm PID			with process_vm_writev
 *	inject mem PID			through /proc/PID/mem; PID may be self
 *	inject unpack			into its own memory, which it then runs
 *	inject module FILE		a kernel module, from memory
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a process has memory that may be written. */
static unsigned long writable(const char *pid)
{
	char path[64], line[512], perms[5];
	unsigned long from;

	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	FILE *f = fopen(path, "r");

	if (!f)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%*x %4s", &from, perms) == 2 && perms[0] == 'r' && perms[1] == 'w') {
			fclose(f);
			return from;
		}
	}
	errx(1, "%s: nothing is writable", path);
}

static void attach(int pid)
{
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, NULL, 0) != pid)
		err(1, "attach to %d", pid);
}

static void poke(const char *pid)
{
	unsigned long at = writable(pid);

	attach(atoi(pid));
	if (ptrace(PTRACE_POKETEXT, atoi(pid), at, ptrace(PTRACE_PEEKTEXT, atoi(pid), at, 0)))
		err(1, "poke %s", pid);
	ptrace(PTRACE_DETACH, atoi(pid), 0, 0);
}

static void registers(const char *pid)
{
	attach(atoi(pid));
	unsigned long at = offsetof(struct user, regs.rip), ip = ptrace(PTRACE_PEEKUSER, atoi(pid), at, 0);

	if (ptrace(PTRACE_POKEUSER, atoi(pid), at, ip))
		err(1, "poke registers of %s", pid);
	ptrace(PTRACE_DETACH, atoi(pid), 0, 0);
}

static void vm(const char *pid)
{
	static char text[] = "code";
	unsigned long at = writable(pid);
	struct iovec from = {text, 4}, to = {(void *)at, 4}, keep = {text, 4};

	if (process_vm_readv(atoi(pid), &keep, 1, &to, 1, 0) != 4 ||
	    process_vm_writev(atoi(pid), &from, 1, &to, 1, 0) != 4)
		err(1, "write to %s", pid);
}

static void mem(const char *pid)
{
	char path[64], byte;
	unsigned long at = writable(pid);

	snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	int fd = open(path, O_RDWR);

	if (fd < 0 || pread(fd, &byte, 1, at) != 1 || pwrite(fd, &byte, 1, at) != 1)
		err(1, "%s", path);
}

static void unpack(void)
{
	static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* returns 42 */
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "map");
	memcpy(p, code, sizeof(code));
	if (mprotect(p, 4096, PROT_READ | PROT_EXEC) || ((int (*)(void))p)() != 42)
		err(1, "run what was unpacked");
}

static void module(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	void *image = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (syscall(SYS_init_module, image, st.st_size, ""))
		err(1, "load %s", path);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "poke") && argc == 3)
		poke(argv[2]);
	else if (!strcmp(what, "registers") && argc == 3)
		registers(argv[2]);
	else if (!strcmp(what, "vm") && argc == 3)
		vm(argv[2]);
	else if (!strcmp(what, "mem") && argc == 3)
		mem(argv[2]);
	else if (!strcmp(what, "unpack") && argc == 2)
		unpack();
	else if (!strcmp(what, "module") && argc == 3)
		module(argv[2]);
	else
		errx(2, "usage: inject poke|registers|vm|mem PID | unpack | module FILE");
	return 0;
}
