// SPDX-License-Identifier: Apache-2.0
/* What programs do to files and memory, one thing per first argument. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
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

static void load_module(const char *path)
{
	if (syscall(SYS_finit_module, opened(path, O_RDONLY), "", 0))
		err(1, "load %s", path);
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

/* Maps a copy of a file as code that is in no file system, and stays a second. */
static void from_memory(const char *path)
{
	int from = opened(path, O_RDONLY), to = memfd_create("library", 0);
	struct stat st;

	if (to < 0 || fstat(from, &st) || sendfile(to, from, NULL, st.st_size) != st.st_size)
		err(1, "copy %s", path);
	if (mmap(NULL, st.st_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, to, 0) == MAP_FAILED)
		err(1, "map a copy of %s", path);
	sleep(1);
}

/* Tries what it is not allowed: to open one file, to mount, to map another as
 * code and to make a mapping of it code. */
static void refused(const char *secret, const char *library)
{
	int fd = opened(library, O_RDONLY);
	void *data = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	if (open(secret, O_RDONLY) >= 0)
		errx(1, "open %s: nobody minds", secret);
	if (!mount("none", "/mnt", "tmpfs", 0, NULL))
		errx(1, "mount: nobody minds");
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED)
		errx(1, "map %s: nobody minds", library);
	if (data == MAP_FAILED || !mprotect(data, 4096, PROT_READ | PROT_EXEC))
		errx(1, "change protection of %s: nobody minds", library);
}

/* Answers one question of the kernel about a file system whose only folder has
 * one entry, of the given name and without an inode. */
static void fuse_answer(int fd, const struct fuse_in_header *in, const char *name)
{
	union {
		struct fuse_init_out init;
		struct fuse_attr_out attr;
		struct fuse_open_out open;
		char entry[FUSE_NAME_OFFSET + 64];
	} body = {};
	const struct fuse_read_in *read = (void *)(in + 1);
	struct fuse_dirent *entry = (void *)body.entry;
	struct fuse_out_header out = {.unique = in->unique};
	size_t size = 0;

	switch (in->opcode) {
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return;
	case FUSE_INIT:
		body.init.major = FUSE_KERNEL_VERSION;
		body.init.minor = FUSE_KERNEL_MINOR_VERSION;
		body.init.max_write = 4096;
		size = sizeof(body.init);
		break;
	case FUSE_GETATTR:
		body.attr.attr.ino = FUSE_ROOT_ID;
		body.attr.attr.mode = S_IFDIR | 0755;
		body.attr.attr.nlink = 2;
		size = sizeof(body.attr);
		break;
	case FUSE_OPENDIR:
		size = sizeof(body.open);
		break;
	case FUSE_READDIR:
		if (read->offset)
			break;
		entry->off = 1;
		entry->namelen = strlen(name);
		strcpy(entry->name, name);
		size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry->namelen);
		break;
	case FUSE_RELEASEDIR:
	case FUSE_DESTROY:
		break;
	default:
		out.error = -ENOSYS;
	}
	struct iovec parts[] = {{&out, sizeof(out)}, {&body, size}};

	out.len = sizeof(out) + size;
	if (writev(fd, parts, 2) < 0)
		err(1, "answer question %u", in->opcode);
}

/* Mounts such a file system and reads its folder. */
static void hide(const char *path, const char *name)
{
	static char question[FUSE_MIN_READ_BUFFER + 4096];
	int fd = opened("/dev/fuse", O_RDWR);
	char options[128];

	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("none", path, "fuse", 0, options))
		err(1, "mount on %s", path);
	pid_t reader = fork();

	if (!reader) {
		DIR *folder = opendir(path);

		if (!folder)
			err(1, "open folder %s", path);
		while (readdir(folder))
			;
		closedir(folder);
		if (umount2(path, MNT_DETACH))
			err(1, "unmount %s", path);
		_exit(0);
	}
	while (read(fd, question, sizeof(question)) > 0)
		fuse_answer(fd, (void *)question, name);
	waitpid(reader, NULL, 0);
}

/* Exchanges the names of two files. */
static void exchange(const char *one, const char *other)
{
	if (renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE))
		err(1, "exchange %s and %s", one, other);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "fifo") && argc == 3)
		fifo(argv[2]);
	else if (!strcmp(what, "inotify") && argc == 3)
		watch_inotify(argv[2]);
	else if (!strcmp(what, "module") && argc == 3)
		load_module(argv[2]);
	else if (!strcmp(what, "fanotify") && argc == 3)
		watch_fanotify(argv[2]);
	else if (!strcmp(what, "from-memory") && argc == 3)
		from_memory(argv[2]);
	else if (!strcmp(what, "refused") && argc == 4)
		refused(argv[2], argv[3]);
	else if (!strcmp(what, "exchange") && argc == 4)
		exchange(argv[2], argv[3]);
	else if (!strcmp(what, "hide") && argc == 4)
		hide(argv[2], argv[3]);
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
