// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What happens on the way to a new program, and when it is not reached. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/kernel_process.h"
#include "gen/events.h"
#include "gen/syscalls.h"
#include "lib/inode.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

SEC("fexit/security_bprm_check")
int BPF_PROG(security_bprm_check, struct linux_binprm *bprm, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_BPRM_CHECK, ret);

	if (!s)
		return 0;
	struct file *file = BPF_CORE_READ(bprm, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	security_bprm_check__pathname_path(s, &file->f_path);
	security_bprm_check__dev(s, BPF_CORE_READ(inode, i_sb, s_dev));
	security_bprm_check__inode(s, BPF_CORE_READ(inode, i_ino));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline int elf_loaded(struct file *file)
{
	struct scratch *s = record_begin(EVENT_LOAD_ELF_PHDRS, 0);

	if (!s)
		return 0;
	load_elf_phdrs__pathname_path(s, &file->f_path);
	load_elf_phdrs__dev(s, BPF_CORE_READ(file, f_inode, i_sb, s_dev));
	load_elf_phdrs__inode(s, BPF_CORE_READ(file, f_inode, i_ino));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* There are two functions of this name, for 64-bit and for 32-bit files. This
 * finds the first, which is that for 64-bit files. */
SEC("fentry/load_elf_phdrs")
int BPF_PROG(load_elf_phdrs, void *header, struct file *file)
{
	return elf_loaded(file);
}

/* For kernels whose BTF knows neither (7.2): both. Not on 6.1 and older. */
SEC("kprobe.multi/load_elf_phdrs")
int load_elf_phdrs_both(struct pt_regs *regs)
{
	return elf_loaded((void *)regs_arg(regs, 1)); /* the second is where a call has it, too */
}

/* Every program that the kernel starts comes through here; the function that is
 * called call_usermodehelper is only one of the ways. As it returns, what it was
 * told may be freed. */
SEC("fentry/call_usermodehelper_exec")
int BPF_PROG(call_usermodehelper, struct subprocess_info *info, int wait)
{
	struct scratch *s = record_begin(EVENT_CALL_USERMODEHELPER, 0);

	if (!s)
		return 0;
	call_usermodehelper__pathname(s, BPF_CORE_READ(info, path));
	call_usermodehelper__argv_kernel(s, (u64 *)BPF_CORE_READ(info, argv));
	call_usermodehelper__envp_kernel(s, (u64 *)BPF_CORE_READ(info, envp));
	call_usermodehelper__wait(s, wait);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* argv and env of an exec that failed: the caller still has them, unless the
 * exec had taken its memory away already, or the caller is the kernel. */
static __always_inline void put_failed_args(struct scratch *s, struct linux_binprm *bprm, bool kernel)
{
	struct pt_regs *regs;
	u32 nr = current_syscall(&regs);
	u64 *argv = (u64 *)regs_arg(regs, 1), *env = (u64 *)regs_arg(regs, 2);

	if (nr == NR_execveat) {
		argv = env;
		env = (u64 *)regs_arg(regs, 3);
	}
	if (kernel || (nr != NR_execve && nr != NR_execveat) || BPF_CORE_READ_BITFIELD_PROBED(bprm, point_of_no_return))
		argv = env = (u64 *)-1; /* unreadable, and marked so */
	process_execute_failed__argv_user(s, argv);
	if (config.exec_env)
		process_execute_failed__env_user(s, env);
}

static __always_inline void execute_failed(struct linux_binprm *bprm, s64 ret)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	bool kernel = BPF_CORE_READ(t, flags) & PF_KTHREAD;
	struct file *file = BPF_CORE_READ(bprm, executable);

	if (!file)
		file = BPF_CORE_READ(bprm, file);
	if (ret >= 0 || !file)
		return;
	struct scratch *s = record_begin(EVENT_PROCESS_EXECUTE_FAILED, ret);

	if (!s)
		return;
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	process_execute_failed__cmdpath(s, BPF_CORE_READ(bprm, filename));
	process_execute_failed__pathname_path(s, &file->f_path);
	put_failed_args(s, bprm, kernel);
	process_execute_failed__dev(s, BPF_CORE_READ(inode, i_sb, s_dev));
	process_execute_failed__inode(s, BPF_CORE_READ(inode, i_ino));
	process_execute_failed__invoked_from_kernel(s, kernel);
	process_execute_failed__ctime(s, inode_ctime(inode));
	process_execute_failed__stdin_type(s, stdin_type(t));
	process_execute_failed__inode_mode(s, BPF_CORE_READ(inode, i_mode));
	process_execute_failed__interp(s, BPF_CORE_READ(bprm, interp));
	record_submit(s, &events, LOSS_EVENTS);
}

/* What the function returned lies behind its parameters: four until 6.7, then
 * one. config is constant, so the verifier sees one of the two. */
SEC("fexit/bprm_execve")
int process_execute_failed(u64 *ctx)
{
	struct linux_binprm *bprm = (void *)probe_regs(ctx);

	if (config.bprm_execve_args == 4)
		execute_failed(bprm, (s32)ctx[4]);
	else
		execute_failed(bprm, (s32)ctx[1]);
	return 0;
}
