/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Configuration and maps. Every family is compiled alone and the objects are
 * linked, so all of these are weak: the linker keeps one of each.
 */
#pragma once

#include "kernel.h"

#include <bpf/bpf_helpers.h>

#define MAX_SYSCALLS 512 /* native numbers end below 480 */
#define MAX_EVENTS 16384 /* ids of our own begin at 9000; a power of two */
#define MAX_PARAMS 6
#define MAX_CPUS 512 /* of the scratch map; user space sets the real size */
#define SCRATCH_SLOTS 3
#define SCRATCH_COUNT (MAX_CPUS * SCRATCH_SLOTS)
#define EXE_MAX 240

#define MAX_FOLLOW 8 /* policies that follow processes */

/*
 * The conditions on processes. Wherever policies are spoken of, a word has a bit
 * for each. Here it says which policies have such a condition at all: with none,
 * the verifier drops the code. What a condition is lies in the maps below.
 */
struct scope_config {
	u64 pid, tid, uid, mntns, pidns;
	u64 comm; /* whole names and beginnings */
	u64 comm_late; /* also endings */
	u64 uts;
	u64 binary, binary_missing; /* the latter take processes without a program, too */
	u64 new_process, old_process;
	u64 tree, tree_unlisted; /* the latter take processes of no listed tree */
	u64 container, host, new_container, old_container;
	u64 container_id, container_id_missing;
	u64 follow[MAX_FOLLOW]; /* one policy each */
	u64 reversed; /* fields with conditions on endings, a bit each */
	u64 since; /* processes from then on are new; ns since boot */
	u64 host_mntns;
};

/* Set by user space before loading: the verifier sees constants and drops the
 * code of filters that nobody asked for. Mirrored by
 * Config in pkg/loader. */
struct config {
	u64 selected[MAX_EVENTS / 64]; /* events to submit, one bit per id */
	u64 text_start, text_end; /* the kernel's own code */
	struct scope_config scope;
	u32 self; /* the tracer's own process, never traced */
	u32 scoped; /* scope says something */
	u32 rules; /* event_rules says which policies want an event; else it is the one there is */
	u32 arguments; /* there are conditions on arguments */
	u32 follow; /* scope.follow says something */
	u32 cgroup_hierarchy; /* whose ids tell containers: 0 is v2, else v1 cpuset */
	u32 exec_env; /* collect environments */
	u32 detect_syscall; /* say in which system call an event happened */
	u32 stack_addresses; /* where in the program it happened */
	u32 fd_paths; /* say what descriptors are open on */
	u32 exit_tells_group; /* sched_process_exit says whether the process ends */
	u32 exit_group_noted; /* else group_ends notes it */
	u32 bprm_execve_args; /* how many parameters that function has */
	u32 wake_bytes; /* wake the reader when so much is queued */
	/* Flags of trace_event_call, which move between kernels in an enum without a name. */
	u32 trace_tracepoint, trace_kprobe, trace_uprobe;
	u32 watch_modules; /* user space wants to know of every module, in scope or not */
	u32 lineage; /* forks, execs and exits of all processes, for user space's books */
};

const volatile struct config config __weak = {};

#define MAP(name, kind, size, k, v)                                                                                    \
	struct {                                                                                                       \
		__uint(type, kind);                                                                                    \
		__uint(max_entries, size);                                                                             \
		__type(key, k);                                                                                        \
		__type(value, v);                                                                                      \
	} name __weak SEC(".maps")

/*
 * The conditions of all policies on one field are one trie, the tag in front of
 * the key being the field: what a look-up finds is the longest entry that the
 * value begins with, and user space has put into each what those before it say.
 * Mirrored in pkg/filter/kernel.
 */
enum filter_field {
	FIELD_PID = 1,
	FIELD_TID,
	FIELD_UID,
	FIELD_MNTNS,
	FIELD_PIDNS,
	FIELD_RETVAL, /* of the event in the tag */
	FIELD_COMM,
	FIELD_UTS,
	FIELD_BINARY,
	FIELD_BINARY_HOST, /* for processes in the host's mount namespace */
	FIELD_ARGUMENT = 64, /* the first of the event in the tag, then the others */
};

#define TRIE(name, k, v)                                                                                               \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);                                                                   \
		__uint(max_entries, 1);                                                                                \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                                                  \
		__type(key, k);                                                                                        \
		__type(value, v);                                                                                      \
	} name __weak SEC(".maps")

/* Numbers, highest byte first and the sign's bit turned, so that ranges are
 * prefixes. The value is the policies that take the number. */
struct number_key {
	u32 bits;
	u16 event, field;
	u64 value;
};

TRIE(number_filter, struct number_key, u64);

/* The policies of which a text fits one of the patterns behind = (or that have
 * none), and those of which it fits one behind !=. */
struct verdict {
	u64 yes, no;
};

struct comm_key {
	u32 bits;
	char name[TASK_COMM_LEN];
};

TRIE(comm_filter, struct comm_key, struct verdict);

#define TEXT_MAX 247 /* bytes of a text that are compared, and its NUL */
#define SUFFIX_MAX 64

struct text_key {
	u32 bits;
	u16 event;
	u8 field;
	u8 reversed; /* the text is, for conditions on its end */
	char text[TEXT_MAX + 1];
};

TRIE(text_filter, struct text_key, struct verdict);

#define ID_LEN 64 /* hexadecimal digits of a container id */

struct container_key {
	u32 bits;
	char id[ID_LEN];
};

TRIE(container_filter, struct container_key, struct verdict);

#define MAX_ARGUMENT_RULES 4
#define ARGUMENT_INDEX_MAX 16 /* arguments that can have conditions here */

struct argument_rule {
	u64 policies; /* that have a condition on the argument */
	u64 missing; /* those that take an event without it */
	u32 index;
	u32 reversed; /* there are conditions on its end */
};

/* Which policies want an event. */
struct event_rule {
	u64 policies;
	u64 retval; /* those that have a condition on the return value */
	struct argument_rule arguments[MAX_ARGUMENT_RULES];
};

MAP(event_rules, BPF_MAP_TYPE_HASH, MAX_EVENTS, u32, struct event_rule);

/* Trees asked for: process -> the policies whose trees it is in. User space adds
 * the descendants that exist at start; later ones inherit through struct process. */
MAP(tree_filter, BPF_MAP_TYPE_HASH, 32768, u32, u64);

/* Cgroups that belong to a container, by cgroup id. */
struct container {
	struct verdict id; /* what policies say of the container's id */
	u64 is_new; /* made after the tracer began */
};

MAP(containers, BPF_MAP_TYPE_HASH, 16384, u64, struct container);

/* What is kept per process until it is reaped. execs guards against an exec that
 * was not seen. */
struct process {
	u64 start; /* of the group leader, ns since boot */
	u64 execs; /* self_exec_id of the program that exe names */
	u64 parent_start; /* the parent at the time of the fork */
	u64 parent_execs;
	u64 tree; /* the policies whose trees it is in, once tree_known */
	/* Was accepted once, or what it descends from was: by each policy that
	 * follows. Stored byte by byte: 5.10 has no atomic "or" for two threads. */
	u8 followed[MAX_FOLLOW];
	u32 parent_pid;
	u16 tree_known;
	u16 ran; /* a program since the tracer began */
	/* The execve or execveat that is under way, and its thread: 0 is none. */
	u32 exec_tid;
	u32 exec_nr;
	s32 exec_dirfd;
	s32 exec_flags;
	u64 interpreter; /* struct file that the exec under way opened last */
	u16 exe_len; /* without the final NUL */
	u16 exe_cut; /* the path was longer: exe is its end */
	char exe[EXE_MAX];
};

/* The start is in the key: when a pid is used again at once, the entry of the
 * process that had it can still be deleted, and no other. */
struct process_key {
	u64 start;
	u64 pid;
};

MAP(processes, BPF_MAP_TYPE_HASH, 32768, struct process_key, struct process);

/* A process that was there before the probes, as the iterator tells user space.
 * Mirrored in pkg/loader/known.go. */
struct known {
	u64 start, execs;
	u64 parent_start, parent_execs;
	u32 pid, parent_pid;
	u16 exe_len, exe_cut;
	char comm[TASK_COMM_LEN];
	char exe[EXE_MAX];
};

/* How a syscall's parameters are read: enum encoding per parameter. Filled
 * from the catalogue. */
struct syscall_params {
	u8 count;
	u8 encoding[MAX_PARAMS]; /* top bit: a descriptor, whose path is wanted */
	u8 flags;
};

#define ENCODING_WITH_PATH 0x80

enum syscall_flags {
	SYSCALL_ENTER_ONLY = 1, /* does not return: exit, exit_group, rt_sigreturn */
	SYSCALL_EXEC = 2, /* execve, execveat: succeed in sched_process_exec */
	SYSCALL_RAW = 4, /* delivered by the raw tracepoints */
	SYSCALL_SELECTED = 8, /* of i386_calls: the others are empty rows */
};

MAP(syscall_params, BPF_MAP_TYPE_ARRAY, MAX_SYSCALLS, u32, struct syscall_params);

/* The selected calls of 32-bit x86 programs, by their number. Where each
 * parameter is: schema.I386Param. */
struct i386_call {
	u32 event;
	u8 count;
	u8 encoding[MAX_PARAMS];
	u8 place[MAX_PARAMS];
	u8 flags;
};

MAP(i386_calls, BPF_MAP_TYPE_ARRAY, MAX_SYSCALLS, u32, struct i386_call);

#define RECORD_MAX 32768 /* bytes of one record */
#define PATH_MAX 4096
#define STRINGS_MAX 8192 /* a list of texts */
#define LIST_TEXT_MAX 1024 /* one text of a list of pointers */
#define NAME_MAX 255

/*
 * Working memory of one program run. It is indexed by cpu and slot, because
 * since 5.11 a program can be preempted by another on the same cpu. A run takes
 * a slot by being the only one that has counted itself in takers; 5.10 has no
 * compare-and-exchange. Two that meet may both go on to the next slot, but never
 * both take one.
 */
struct scratch {
	u32 takers;
	u32 key; /* of this element */
	u32 off; /* bytes of data in use */
	u32 args;
	u32 faults; /* arguments that could not be read */
	u32 path_start; /* the text in path ends at PATH_MAX - 1 with a NUL */
	u32 path_cut;
	u32 list_end; /* while a list of pointers is read: where the next text goes */
	u64 path_mount; /* while a path is walked: struct mount */
	u64 path_dentry;
	u32 keep; /* submit the record also when no policy wants it, marked */
	u32 text_len; /* of the text that is held against conditions */
	u16 arguments[ARGUMENT_INDEX_MAX]; /* where in data they are; 0 is not there */
	struct verdict verdict; /* what was found so far of that text */
	struct text_key text_key;
	char text_end[SUFFIX_MAX];
	struct process process;
	char path[PATH_MAX + NAME_MAX + 1];
	/* One value may begin just below RECORD_MAX. */
	u8 data[RECORD_MAX + STRINGS_MAX + LIST_TEXT_MAX + 64];
};

MAP(scratches, BPF_MAP_TYPE_ARRAY, SCRATCH_COUNT, u32, struct scratch);

/* Where records get lost, each counted per cpu. Order mirrored in
 * pkg/loader/losses.go. LOSS_PROCESSES: a new process is not remembered, so what
 * was to pass on to it (follow, tree) is lost. */
enum loss { LOSS_EVENTS, LOSS_LIFECYCLE, LOSS_SCRATCH, LOSS_PROCESSES, LOSS_MAX };

struct losses {
	u64 count;
	u64 last; /* ns since boot */
};

MAP(losses, BPF_MAP_TYPE_PERCPU_ARRAY, LOSS_MAX, u32, struct losses);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events __weak SEC(".maps");

/* Process life-cycle records have a ring of their own, so that a flood of opens
 * never hides an exec. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} lifecycle __weak SEC(".maps");

static __always_inline void count_loss(u32 where)
{
	struct losses *l = bpf_map_lookup_elem(&losses, &where);

	if (!l)
		return;
	__sync_fetch_and_add(&l->count, 1);
	l->last = bpf_ktime_get_boot_ns();
}
