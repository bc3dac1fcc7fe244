// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel module that does, by parameter, what a rootkit or a driver does. Built
 * against the headers of each kernel of the lab, without kbuild: see module_test.go.
 *
 *	at=ADDRESS    overwrite this pointer in the kernel with a function of ours
 *	later=1       ... a second after the module was loaded
 *	code=ADDRESS to=FUNCTION	have the call of FUNCTION in the code there call ours
 *	iterate=ADDRESS	the same of the function of these file_operations that reads a folder
 *	hide=1        leave the list of modules, which is what lsmod shows
 *	hide=2        leave /sys/module, too
 *	register=1    make entries of /proc, /dev and debugfs
 *	fail=1        refuse to be loaded
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/workqueue.h>

static unsigned long at;
module_param(at, ulong, 0444);
static bool later;
module_param(later, bool, 0444);
static unsigned long code, to;
module_param(code, ulong, 0444);
module_param(to, ulong, 0444);
static unsigned long iterate;
module_param(iterate, ulong, 0444);
static int hide;
module_param(hide, int, 0444);
static bool register_entries;
module_param_named(register, register_entries, bool, 0444);
static bool fail;
module_param(fail, bool, 0444);

/* Stands in for whatever was there: a system call, a directory's reader, a show
 * of a seq_file. Its answer is harmless to each: nothing. */
noinline long hostile_stand_in(void *first, void *second);
long hostile_stand_in(void *first, void *second)
{
	return 0;
}

/* The tables are read-only; so is the switch for that, but not to us. */
static void overwrite(unsigned long *slot, unsigned long value)
{
	unsigned long cr0, flags;

	local_irq_save(flags);
	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	asm volatile("mov %0, %%cr0" : : "r"(cr0 & ~(1UL << 16)) : "memory");
	WRITE_ONCE(*slot, value);
	asm volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
	local_irq_restore(flags);
}

static const struct file_operations device_operations = {.owner = THIS_MODULE};
static const struct file_operations debug_operations = {.owner = THIS_MODULE};
static const struct proc_ops entry_operations = {};

static void overwrite_at(struct work_struct *work)
{
	overwrite((unsigned long *)at, (unsigned long)hostile_stand_in);
}

/* Whole words are written: what is around the four bytes stays. */
static int patch(unsigned char *function)
{
	unsigned char *p;

	for (p = function; p < function + 65536; p++) {
		unsigned long word;

		if ((*p != 0xe8 && *p != 0xe9) || (unsigned long)(p + 5 + *(int *)(p + 1)) != to)
			continue;
		memcpy(&word, p + 1, sizeof(word));
		word = (word & ~0xffffffffUL) | (unsigned int)((unsigned long)hostile_stand_in - (unsigned long)(p + 5));
		overwrite((unsigned long *)(p + 1), word);
		return 0;
	}
	return -ESRCH;
}

static DECLARE_DELAYED_WORK(overwrite_later, overwrite_at);

static int make_entries(void)
{
	struct dentry *folder = debugfs_create_dir("hostile-dir", NULL);
	struct device *device = root_device_register("hostile-device");

	if (IS_ERR(folder) || IS_ERR(device))
		return -EIO;
	debugfs_create_file("hostile-file", 0640, folder, NULL, &debug_operations);
	if (register_chrdev(0, "hostile-chrdev", &device_operations) < 0)
		return -EIO;
	return proc_create("hostile-entry", 0444, NULL, &entry_operations) ? 0 : -EIO;
}

static int __init hostile_init(void)
{
	if (fail)
		return -EPERM;
	pr_info("%s: stand-in at %px, module at %px\n", KBUILD_MODNAME, hostile_stand_in, THIS_MODULE);
	if (iterate)
		overwrite((unsigned long *)&((struct file_operations *)iterate)->iterate_shared, (unsigned long)hostile_stand_in);
	if (code && patch((unsigned char *)code))
		return -ESRCH;
	if (at && later)
		schedule_delayed_work(&overwrite_later, HZ);
	else if (at)
		overwrite_at(NULL);
	if (hide > 0)
		list_del(&THIS_MODULE->list);
	if (hide > 1)
		kobject_del(&THIS_MODULE->mkobj.kobj);
	return register_entries ? make_entries() : 0;
}

module_init(hostile_init);
MODULE_LICENSE("GPL");
MODULE_VERSION("1.2.3");
MODULE_DESCRIPTION("what a rootkit does, for the tests of Tracehound");

/* What kbuild's modpost would add. The kernels of the lab take modules without
 * versions of symbols (CONFIG_MODULE_FORCE_LOAD). */
#define INCLUDE_VERMAGIC
#include <linux/vermagic.h>

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_INFO(name, KBUILD_MODNAME);
MODULE_INFO(srcversion, "0123456789ABCDEF0123456");

struct module __this_module __section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
	.arch = MODULE_ARCH_INIT,
};
