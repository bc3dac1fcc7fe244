// SPDX-License-Identifier: Apache-2.0
/* What programs do to files and memory, one thing per first argument. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int opened(const char *path, int flags)
{
	int fd = open(path, flags, 0644);

	if (fd < 0)
		err(1, "open %s", path);
	return fd;
}

/* Writes four bytes into a named pipe. */
static void fifo(const char *path)
{
	if (mkfifo(path, 0600))
		err(1, "make pipe %s", path);
	if (write(opened(path, O_RDWR), "word", 4) != 4)
		err(1, "write to %s", path);
}

static void watch_inotify(const char *path)
{
	if (inotify_add_watch(inotify_init(), path, IN_MODIFY | IN_CREATE) < 0)
		err(1, "watch %s", path);
}

static void watch_fanotify(const char *path)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);

	if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, path))
		err(1, "watch %s", path);
}

/* Moves what was written into one pipe to another, and prints the inodes of both, and the
 * first one's name. */
static void pipes(void)
{
	struct stat from, to;
	int a[2], b[2];

	if (pipe(a) || pipe(b) || write(a[1], "12345", 5) != 5 || splice(a[0], NULL, b[1], NULL, 5, 0) != 5)
		err(1, "splice");
	fstat(a[0], &from);
	fstat(b[1], &to);
	printf("%lu\n%lu\npipe:[%lu]\n", from.st_ino, to.st_ino, from.st_ino);
}

/* Memory that is made writable and executable, and then in turn less and more. */
static void protections(void)
{
	void *both = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (both == MAP_FAILED || mprotect(both, 4096, PROT_READ | PROT_EXEC) ||
	    mprotect(both, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) || mprotect(data, 4096, PROT_READ | PROT_EXEC))
		err(1, "change protection");
}

/* Maps a file as code, then lets itself change it. */
static void mapped(const char *path)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, opened(path, O_RDONLY), 0);

	if (code == MAP_FAILED || mprotect(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
		err(1, "map %s", path);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "fifo") && argc == 3)
		fifo(argv[2]);
	else if (!strcmp(what, "inotify") && argc == 3)
		watch_inotify(argv[2]);
	else if (!strcmp(what, "fanotify") && argc == 3)
		watch_fanotify(argv[2]);
	else if (!strcmp(what, "pipes") && argc == 2)
		pipes();
	else if (!strcmp(what, "protections") && argc == 2)
		protections();
	else if (!strcmp(what, "mapped") && argc == 3)
		mapped(argv[2]);
	else
		errx(2, "files: unknown: %s", what);
	return 0;
}
