// SPDX-License-Identifier: Apache-2.0
/*
 * Performs system calls and writes down, for each, what a tracer has to tell of
 * it: calls FILE adds one line of JSON per call to FILE, which must be there:
 *
 *	{"tid":310,"name":"close","ret":-9,"args":{"fd":77},"cut":""}
 *
 * args are those that an event carries, by name; cut names one that is longer
 * than the tracer keeps. Lines tell the calls of a thread in their order. Calls
 * that libc makes as a program starts come before the first sched_yield of that
 * program and are not told, nor are writes to descriptor 9, which is FILE.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define FILE_FD 9
#define SELF "/usr/local/bin/calls"

typedef unsigned long ul;

static char lines[1 << 17];
static size_t used;
static const char *cut = "";

/* Notes one call. ' in the arguments stands for ". */
static void note(long tid, const char *name, long ret, const char *format, ...)
{
	static char args[1 << 15];
	va_list list;

	va_start(list, format);
	vsnprintf(args, sizeof(args), format, list);
	va_end(list);
	for (char *c = args; *c; c++)
		if (*c == '\'')
			*c = '"';
	used += snprintf(lines + used, sizeof(lines) - used,
			 "{\"tid\":%ld,\"name\":\"%s\",\"ret\":%ld,\"args\":{%s},\"cut\":\"%s\"}\n", tid, name, ret,
			 args, cut);
	if (used >= sizeof(lines))
		errx(1, "more lines than expected");
	cut = "";
}

static void save(void)
{
	if (write(FILE_FD, lines, used) != (ssize_t)used)
		err(1, "write lines");
	used = 0;
}

static long ret; /* of the last call */

#define LIST(...) __VA_OPT__(, ) __VA_ARGS__
/* Makes the call with these arguments and notes it. */
#define CALL(name, arguments, ...)                                                                                     \
	do {                                                                                                           \
		ret = syscall(SYS_##name LIST arguments);                                                              \
		if (ret == -1)                                                                                         \
			ret = -errno;                                                                                  \
		note(tid, #name, ret, __VA_ARGS__);                                                                    \
	} while (0)
/* The same for a call that must fail so. */
#define FAILS(error, name, arguments, ...)                                                                             \
	do {                                                                                                           \
		CALL(name, arguments, __VA_ARGS__);                                                                    \
		if (ret != -(error))                                                                                   \
			errx(1, #name " returned %ld, want %d", ret, -(error));                                        \
	} while (0)

static long tid;

static void begin(void)
{
	tid = getpid();
	CALL(sched_yield, (), "");
}

static char *arguments[] = {"calls", "a b", "", "\xc3\xa9\n\"", NULL};
static char *environment[] = {"A=1", "B=two words", NULL};
#define ARGUMENTS "['calls','a b','','\xc3\xa9\\n\\\"']"
#define ENVIRONMENT "['A=1','B=two words']"

static void files(void)
{
	static char buf[4096], longest[4096], longer[5000];
	struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_NO_MAGICLINKS};
	struct stat st;
	struct iovec iov = {buf, 3};

	CALL(getppid, (), "");
	CALL(getuid, (), "");
	CALL(gettid, (), "");
	CALL(mkdir, ("/tmp/d", 0751), "'pathname':'/tmp/d','mode':%d", 0751);
	FAILS(EEXIST, mkdir, ("/tmp/d", 0700), "'pathname':'/tmp/d','mode':%d", 0700);
	CALL(mkdirat, (AT_FDCWD, "/tmp/d/e", 0700), "'dirfd':-100,'pathname':'/tmp/d/e','mode':%d", 0700);
	CALL(openat, (AT_FDCWD, "/tmp/d/f", O_RDWR | O_CREAT | O_CLOEXEC, 0640),
	     "'dirfd':-100,'pathname':'/tmp/d/f','flags':%d,'mode':%d", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	int fd = ret;

	FAILS(ENOENT, openat, (AT_FDCWD, "/tmp/none/\xc3\xa9 \"q\"\n", O_RDONLY, 0),
	      "'dirfd':-100,'pathname':'/tmp/none/\xc3\xa9 \\\"q\\\"\\n','flags':0,'mode':0");
	FAILS(EFAULT, openat, (AT_FDCWD, NULL, O_RDONLY, 0), "'dirfd':-100,'flags':0,'mode':0");
	CALL(openat2, (AT_FDCWD, "/etc/hostname", &how, sizeof(how)),
	     "'dirfd':-100,'pathname':'/etc/hostname','how':'{flags=O_RDONLY, "
	     "resolve=RESOLVE_NO_MAGICLINKS}','size':%zu",
	     sizeof(how));
	int hostname = ret;

	CALL(close, (hostname), "'fd':%d", hostname);
	FAILS(EBADF, close, (77), "'fd':77");
	memset(longest, 'x', sizeof(longest) - 1);
	FAILS(ENAMETOOLONG, open, (longest, O_WRONLY, 0), "'pathname':'%s','flags':1,'mode':0", longest);
	memset(longer, 'y', sizeof(longer) - 1);
	cut = "pathname";
	FAILS(ENAMETOOLONG, open, (longer, O_WRONLY, 0), "'pathname':'%.4096s','flags':1,'mode':0", longer);
	CALL(write, (fd, "hello", 5), "'fd':%d,'buf':%lu,'count':5", fd, (ul) "hello");
	CALL(lseek, (fd, 1, SEEK_SET), "'fd':%d,'offset':1,'whence':0", fd);
	CALL(read, (fd, buf, 4096), "'fd':%d,'buf':%lu,'count':4096", fd, (ul)buf);
	CALL(readv, (fd, &iov, 1), "'fd':%d,'iov':%lu,'iovcnt':1", fd, (ul)&iov);
	CALL(pread64, (fd, buf, 2, 3), "'fd':%d,'buf':%lu,'count':2,'offset':3", fd, (ul)buf);
	CALL(ftruncate, (fd, 2), "'fd':%d,'length':2", fd);
	CALL(fstat, (fd, &st), "'fd':%d,'statbuf':%lu", fd, (ul)&st);
	CALL(stat, ("/tmp/d/f", &st), "'pathname':'/tmp/d/f','statbuf':%lu", (ul)&st);
	FAILS(EACCES, access, ("/tmp/d/f", X_OK), "'pathname':'/tmp/d/f','mode':1");
	CALL(link, ("/tmp/d/f", "/tmp/d/g"), "'oldpath':'/tmp/d/f','newpath':'/tmp/d/g'");
	CALL(symlink, ("anywhere", "/tmp/d/s"), "'target':'anywhere','linkpath':'/tmp/d/s'");
	CALL(readlink, ("/tmp/d/s", buf, 64), "'pathname':'/tmp/d/s','buf':%lu,'bufsiz':64", (ul)buf);
	CALL(rename, ("/tmp/d/g", "/tmp/d/h"), "'oldpath':'/tmp/d/g','newpath':'/tmp/d/h'");
	CALL(renameat2, (AT_FDCWD, "/tmp/d/h", AT_FDCWD, "/tmp/d/i", 1),
	     "'olddirfd':-100,'oldpath':'/tmp/d/h','newdirfd':-100,'newpath':'/tmp/d/i','flags':1");
	CALL(chmod, ("/tmp/d/f", 04755), "'pathname':'/tmp/d/f','mode':%d", 04755);
	CALL(chown, ("/tmp/d/f", 1000, -1), "'pathname':'/tmp/d/f','owner':1000,'group':4294967295");
	FAILS(ENOENT, setxattr, ("/tmp/none", "user.a", "v", 1, 0),
	      "'path':'/tmp/none','name':'user.a','value':%lu,'size':1,'flags':0", (ul) "v");
	CALL(unlink, ("/tmp/d/i"), "'pathname':'/tmp/d/i'");
	CALL(unlinkat, (AT_FDCWD, "/tmp/d/e", AT_REMOVEDIR), "'dirfd':-100,'pathname':'/tmp/d/e','flags':512");
	FAILS(ENOTEMPTY, rmdir, ("/tmp/d"), "'pathname':'/tmp/d'");
	CALL(fcntl, (fd, F_SETFD, 0), "'fd':%d,'cmd':2,'arg':0", fd);
}

static void descriptors(void)
{
	int pair[2];

	CALL(pipe2, (pair, O_CLOEXEC), "'pipefd':[%d,%d],'flags':%d", pair[0], pair[1], O_CLOEXEC);
	CALL(pipe, (pair), "'pipefd':[%d,%d]", pair[0], pair[1]);
	FAILS(EFAULT, pipe, (NULL), "");
	CALL(dup, (pair[0]), "'oldfd':%d", pair[0]);
	CALL(dup2, (pair[0], 40), "'oldfd':%d,'newfd':40", pair[0]);
	CALL(dup3, (pair[0], 41, O_CLOEXEC), "'oldfd':%d,'newfd':41,'flags':%d", pair[0], O_CLOEXEC);
	FAILS(EBADF, dup2, (78, 42), "'oldfd':78,'newfd':42");
	CALL(socketpair, (AF_UNIX, SOCK_STREAM, 0, pair), "'domain':1,'type':1,'protocol':0,'sv':[%d,%d]", pair[0],
	     pair[1]);
	CALL(memfd_create, ("name of it", 1), "'name':'name of it','flags':1");
}

static void sockets(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(4321), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(4322), .sin6_addr = in6addr_loopback};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/tmp/d/socket"},
			   abstract = {.sun_family = AF_UNIX};
	struct sockaddr_storage out;
	socklen_t len = sizeof(out);

	CALL(socket, (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "'domain':2,'type':%d,'protocol':0",
	     SOCK_STREAM | SOCK_CLOEXEC);
	int tcp = ret;

	FAILS(ECONNREFUSED, connect, (tcp, &in, sizeof(in)),
	      "'sockfd':%d,'addr':{'sa_family':'AF_INET','sin_port':'4321','sin_addr':'127.0.0.1'},'addrlen':16", tcp);
	CALL(bind, (tcp, &in, sizeof(in)),
	     "'sockfd':%d,'addr':{'sa_family':'AF_INET','sin_port':'4321','sin_addr':'127.0.0.1'},'addrlen':16", tcp);
	CALL(listen, (tcp, 7), "'sockfd':%d,'backlog':7", tcp);
	CALL(getsockname, (tcp, &out, &len),
	     "'sockfd':%d,'addr':{'sa_family':'AF_INET','sin_port':'4321','sin_addr':'127.0.0.1'},'addrlen':%lu", tcp,
	     (ul)&len);
	CALL(socket, (AF_INET6, SOCK_DGRAM, 0), "'domain':10,'type':2,'protocol':0");
	int udp = ret;

	CALL(bind, (udp, &in6, sizeof(in6)),
	     "'sockfd':%d,'addr':{'sa_family':'AF_INET6','sin6_port':'4322','sin6_flowinfo':'0','sin6_addr':'::1',"
	     "'sin6_scopeid':'0'},'addrlen':28",
	     udp);
	CALL(sendto, (udp, "data", 4, MSG_DONTWAIT, &in6, sizeof(in6)),
	     "'sockfd':%d,'buf':%lu,'len':4,'flags':64,'dest_addr':{'sa_family':'AF_INET6','sin6_port':'4322',"
	     "'sin6_flowinfo':'0','sin6_addr':'::1','sin6_scopeid':'0'},'addrlen':28",
	     udp, (ul) "data");
	CALL(sendto, (udp, "data", 4, 0, NULL, 0), "'sockfd':%d,'buf':%lu,'len':4,'flags':0,'addrlen':0", udp,
	     (ul) "data");
	CALL(socket, (AF_UNIX, SOCK_STREAM, 0), "'domain':1,'type':1,'protocol':0");
	int named = ret;

	FAILS(ENOENT, connect, (named, &un, sizeof(un)),
	      "'sockfd':%d,'addr':{'sa_family':'AF_UNIX','sun_path':'/tmp/d/socket'},'addrlen':110", named);
	CALL(socket, (AF_UNIX, SOCK_STREAM, 0), "'domain':1,'type':1,'protocol':0");
	int local = ret;

	/* An abstract name ends with the length; what follows is none of it. */
	memcpy(abstract.sun_path, "\0abstract-and-more", 18);
	CALL(bind, (local, &abstract, 2 + 9),
	     "'sockfd':%d,'addr':{'sa_family':'AF_UNIX','sun_path':'@abstract'},'addrlen':11", local);
	len = sizeof(out);
	memset(&out, 'z', sizeof(out));
	CALL(getsockname, (local, &out, &len),
	     "'sockfd':%d,'addr':{'sa_family':'AF_UNIX','sun_path':'@abstract'},'addrlen':%lu", local, (ul)&len);
	FAILS(EINVAL, accept4, (local, NULL, NULL, 0), "'sockfd':%d,'addrlen':0,'flags':0", local);
}

static void system_(void)
{
	struct iovec iov = {lines, 1};
	char *page;

	CALL(mmap, (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	     "'addr':0,'length':4096,'prot':3,'flags':34,'fd':-1,'off':0");
	page = (char *)ret;
	CALL(mprotect, (page, 4096, PROT_READ | PROT_EXEC), "'addr':%lu,'len':4096,'prot':5", (ul)page);
	CALL(munmap, (page, 4096), "'addr':%lu,'length':4096", (ul)page);
	CALL(kill, (tid, 0), "'pid':%ld,'sig':0", tid);
	CALL(tgkill, (tid, tid, 0), "'tgid':%ld,'tid':%ld,'sig':0", tid, tid);
	CALL(prctl, (PR_SET_DUMPABLE, 1, 0, 0, 0), "'option':4,'arg2':1,'arg3':0,'arg4':0,'arg5':0");
	CALL(setuid, (0), "'uid':0");
	CALL(setresgid, (-1, 0, -1), "'rgid':4294967295,'egid':0,'sgid':4294967295");
	FAILS(ESRCH, ptrace, (PTRACE_ATTACH, 99999999, 1, 2), "'request':16,'pid':99999999,'addr':1,'data':2");
	FAILS(ESRCH, process_vm_writev, (99999999, &iov, 1, &iov, 1, 0),
	      "'pid':99999999,'local_iov':%lu,'liovcnt':1,'remote_iov':%lu,'riovcnt':1,'flags':0", (ul)&iov, (ul)&iov);
	FAILS(ENOENT, mount, ("none", "/tmp/none", "tmpfs", MS_NOSUID, "size=1m"),
	      "'source':'none','target':'/tmp/none','filesystemtype':'tmpfs','mountflags':2,'data':%lu",
	      (ul) "size=1m");
	FAILS(ENOENT, umount2, ("/tmp/none", MNT_DETACH), "'target':'/tmp/none','flags':2");
	FAILS(EBADF, finit_module, (79, "answer=42", 0), "'fd':79,'param_values':'answer=42','flags':0");
	FAILS(EBADF, setns, (79, 0), "'fd':79,'nstype':0");
	FAILS(EINVAL, bpf, (12345, lines, 8), "'cmd':12345,'attr':%lu,'size':8", (ul)lines);
}

/* Waits for a child. */
static void collect(long child)
{
	static int status;

	CALL(wait4, (child, &status, 0, NULL), "'pid':%ld,'wstatus':%lu,'options':0,'rusage':0", child, (ul)&status);
}

/* What each kind of child does. */
static void child(int status)
{
	used = 0;
	begin();
	note(tid, "exit_group", 0, "'status':%d", status);
	save();
	syscall(SYS_exit_group, status);
}

static void processes(void)
{
	struct clone_args how = {.exit_signal = SIGCHLD};
	long made;

	made = syscall(SYS_fork);
	if (!made)
		child(3);
	note(tid, "fork", made, "");
	collect(made);
	made = vfork();
	if (!made) /* in our memory: must not write into it */
		_exit(4);
	note(tid, "vfork", made, "");
	note(made, "exit_group", 0, "'status':4");
	collect(made);
	made = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	if (!made)
		child(5);
	note(tid, "clone", made, "'flags':17,'stack':0,'parent_tid':0,'child_tid':0,'tls':0");
	collect(made);
	made = syscall(SYS_clone3, &how, sizeof(how));
	if (!made)
		child(6);
	note(tid, "clone3", made, "'cl_args':%lu,'size':%zu", (ul)&how, sizeof(how));
	collect(made);
}

static void failing_execs(void)
{
	static char *many[81];
	char all[1024] = "";

	FAILS(ENOENT, execve, ("/tmp/none", arguments, environment),
	      "'pathname':'/tmp/none','argv':" ARGUMENTS ",'envp':" ENVIRONMENT);
	FAILS(ENOENT, execveat, (AT_FDCWD, "/tmp/none", arguments, environment, 0),
	      "'dirfd':-100,'pathname':'/tmp/none','argv':" ARGUMENTS ",'envp':" ENVIRONMENT ",'flags':0");
	FAILS(ENOENT, execve, ("/tmp/none", NULL, NULL), "'pathname':'/tmp/none'");
	cut = "argv"; /* a list that cannot be read is told as empty and cut */
	FAILS(EFAULT, execve, (SELF, 16, environment), "'pathname':'" SELF "','argv':[],'envp':" ENVIRONMENT);
	for (int i = 0; i < 80; i++) {
		many[i] = "x";
		if (i < 64)
			strcat(all, i ? ",'x'" : "'x'");
	}
	cut = "argv";
	FAILS(ENOENT, execve, ("/tmp/none", many, environment),
	      "'pathname':'/tmp/none','argv':[%s],'envp':" ENVIRONMENT, all);
}

/* The program that is executed by the last call of the first one. */
static void second(void)
{
	static char *argv[] = {"third", NULL};
	int self;

	begin();
	CALL(openat, (AT_FDCWD, SELF, O_RDONLY | O_CLOEXEC, 0),
	     "'dirfd':-100,'pathname':'" SELF "','flags':%d,'mode':0", O_CLOEXEC);
	self = ret;
	note(tid, "execveat", 0,
	     "'dirfd':%d,'pathname':'/dev/fd/%d','argv':['third'],'envp':" ENVIRONMENT ",'flags':%d", self, self,
	     AT_EMPTY_PATH);
	save();
	syscall(SYS_execveat, self, "", argv, environment, AT_EMPTY_PATH);
	err(1, "execveat");
}

static void third(void)
{
	begin();
	note(tid, "exit", 0, "'status':7");
	save();
	syscall(SYS_exit, 7);
}

int main(int argc, char **argv)
{
	if (!strcmp(argv[0], "third"))
		third();
	if (argc == 4)
		second();
	if (argc != 2)
		errx(2, "usage: calls FILE");
	int fd = open(argv[1], O_WRONLY | O_APPEND);

	if (fd < 0 || dup2(fd, FILE_FD) < 0)
		err(1, "open %s", argv[1]);
	close(fd);
	begin();
	files();
	descriptors();
	sockets();
	system_();
	processes();
	failing_execs();
	note(tid, "execve", 0, "'pathname':'" SELF "','argv':" ARGUMENTS ",'envp':" ENVIRONMENT);
	save();
	syscall(SYS_execve, SELF, arguments, environment);
	err(1, "execve");
}
