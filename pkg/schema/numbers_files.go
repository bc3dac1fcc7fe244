package schema

// Files and file systems: the kernel's numbers and their names, from its uapi headers. Tables only.

// openFlags: the two lowest bits are a number, not flags. openBitsArch are the
// flags whose numbers differ between architectures.
var openFlags = flags{
	fields: []field{{mask: 3, names: names{0: "O_RDONLY", 1: "O_WRONLY", 2: "O_RDWR", 3: "O_ACCMODE"}}},
	bits:   append(openBitsArch, openBits...),
}

// FMODE_EXEC is the kernel's own: files that it opens to execute them show it.
var openBits = bits{
	{0o4010000, "O_SYNC"}, {0o100, "O_CREAT"}, {0o200, "O_EXCL"}, {0o400, "O_NOCTTY"}, {0o1000, "O_TRUNC"},
	{0o2000, "O_APPEND"}, {0o4000, "O_NONBLOCK"}, {0o10000, "O_DSYNC"}, {0o20000, "FASYNC"},
	{0o1000000, "O_NOATIME"}, {0o2000000, "O_CLOEXEC"}, {0o10000000, "O_PATH"}, {0o400000000, "O_EMPTYPATH"},
	{0x20, "FMODE_EXEC"},
}

// fdFlags are what calls that make a descriptor take; EPOLL_CLOEXEC, SFD_NONBLOCK
// and their like are the same numbers.
var fdFlags = flags{bits: append(fdBitsArch, bits{
	{0o4000, "O_NONBLOCK"}, {0o2000000, "O_CLOEXEC"},
}...)}

var eventfdFlags = flags{bits: bits{
	{0o1, "EFD_SEMAPHORE"}, {0o4000, "EFD_NONBLOCK"}, {0o2000000, "EFD_CLOEXEC"},
}}

var moduleDeleteFlags = flags{bits: bits{
	{0o1000, "O_TRUNC"}, {0o4000, "O_NONBLOCK"},
}}

var accessModes = flags{
	whole: names{0: "F_OK"},
	bits: bits{
		{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"},
	},
}

// 0x200 means another thing to each call that takes it, so atFlags has no name for
// it; unlinkFlags and accessFlags do.
var atFlags = flags{bits: bits{
	{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x400, "AT_SYMLINK_FOLLOW"}, {0x800, "AT_NO_AUTOMOUNT"},
	{0x1000, "AT_EMPTY_PATH"}, {0x2000, "AT_STATX_FORCE_SYNC"}, {0x4000, "AT_STATX_DONT_SYNC"},
	{0x8000, "AT_RECURSIVE"},
}}

var unlinkFlags = flags{bits: bits{
	{0x200, "AT_REMOVEDIR"},
}}

var accessFlags = flags{bits: bits{
	{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_EACCESS"}, {0x1000, "AT_EMPTY_PATH"},
}}

var execFlags = flags{bits: bits{
	{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x1000, "AT_EMPTY_PATH"}, {0x10000, "AT_EXECVE_CHECK"},
}}

var renameFlags = flags{bits: bits{
	{0x1, "RENAME_NOREPLACE"}, {0x2, "RENAME_EXCHANGE"}, {0x4, "RENAME_WHITEOUT"},
}}

var xattrFlags = flags{bits: bits{
	{0x1, "XATTR_CREATE"}, {0x2, "XATTR_REPLACE"},
}}

var whences = names{
	0: "SEEK_SET", 1: "SEEK_CUR", 2: "SEEK_END", 3: "SEEK_DATA", 4: "SEEK_HOLE",
}

var fcntlCommands = names{
	0: "F_DUPFD", 1: "F_GETFD", 2: "F_SETFD", 3: "F_GETFL", 4: "F_SETFL", 5: "F_GETLK", 6: "F_SETLK",
	7: "F_SETLKW", 8: "F_SETOWN", 9: "F_GETOWN", 10: "F_SETSIG", 11: "F_GETSIG", 15: "F_SETOWN_EX",
	16: "F_GETOWN_EX", 17: "F_GETOWNER_UIDS", 36: "F_OFD_GETLK", 37: "F_OFD_SETLK", 38: "F_OFD_SETLKW",
	1024: "F_SETLEASE", 1025: "F_GETLEASE", 1026: "F_NOTIFY", 1027: "F_DUPFD_QUERY", 1028: "F_CREATED_QUERY",
	1029: "F_CANCELLK", 1030: "F_DUPFD_CLOEXEC", 1031: "F_SETPIPE_SZ", 1032: "F_GETPIPE_SZ",
	1033: "F_ADD_SEALS", 1034: "F_GET_SEALS", 1035: "F_GET_RW_HINT", 1036: "F_SET_RW_HINT",
	1037: "F_GET_FILE_RW_HINT", 1038: "F_SET_FILE_RW_HINT", 1039: "F_GETDELEG", 1040: "F_SETDELEG",
}

var flockOperations = flags{bits: bits{
	{0x1, "LOCK_SH"}, {0x2, "LOCK_EX"}, {0x4, "LOCK_NB"}, {0x8, "LOCK_UN"},
}}

var fallocateModes = flags{
	whole: names{0: "FALLOC_FL_ALLOCATE_RANGE"},
	bits: bits{
		{0x1, "FALLOC_FL_KEEP_SIZE"}, {0x2, "FALLOC_FL_PUNCH_HOLE"}, {0x4, "FALLOC_FL_NO_HIDE_STALE"},
		{0x8, "FALLOC_FL_COLLAPSE_RANGE"}, {0x10, "FALLOC_FL_ZERO_RANGE"}, {0x20, "FALLOC_FL_INSERT_RANGE"},
		{0x40, "FALLOC_FL_UNSHARE_RANGE"}, {0x80, "FALLOC_FL_WRITE_ZEROES"},
	},
}

var fadviseAdvices = names{
	0: "POSIX_FADV_NORMAL", 1: "POSIX_FADV_RANDOM", 2: "POSIX_FADV_SEQUENTIAL", 3: "POSIX_FADV_WILLNEED",
	4: "POSIX_FADV_DONTNEED", 5: "POSIX_FADV_NOREUSE",
}

var spliceFlags = flags{bits: bits{
	{0x1, "SPLICE_F_MOVE"}, {0x2, "SPLICE_F_NONBLOCK"}, {0x4, "SPLICE_F_MORE"}, {0x8, "SPLICE_F_GIFT"},
}}

var syncRangeFlags = flags{bits: bits{
	{0x1, "SYNC_FILE_RANGE_WAIT_BEFORE"}, {0x2, "SYNC_FILE_RANGE_WRITE"}, {0x4, "SYNC_FILE_RANGE_WAIT_AFTER"},
}}

var rwFlags = flags{bits: bits{
	{0x1, "RWF_HIPRI"}, {0x2, "RWF_DSYNC"}, {0x4, "RWF_SYNC"}, {0x8, "RWF_NOWAIT"}, {0x10, "RWF_APPEND"},
	{0x20, "RWF_NOAPPEND"}, {0x40, "RWF_ATOMIC"}, {0x80, "RWF_DONTCACHE"}, {0x100, "RWF_NOSIGNAL"},
}}

var memfdFlags = flags{
	fields: []field{hugeSizes("MFD_HUGE_")},
	bits:   bits{{1, "MFD_CLOEXEC"}, {2, "MFD_ALLOW_SEALING"}, {4, "MFD_HUGETLB"}, {8, "MFD_NOEXEC_SEAL"}, {16, "MFD_EXEC"}},
}

var closeRangeFlags = flags{bits: bits{
	{0x2, "CLOSE_RANGE_UNSHARE"}, {0x4, "CLOSE_RANGE_CLOEXEC"},
}}

var statxMasks = flags{bits: bits{
	{0x7ff, "STATX_BASIC_STATS"}, {0xfff, "STATX_ALL"}, {0x1, "STATX_TYPE"}, {0x2, "STATX_MODE"},
	{0x4, "STATX_NLINK"}, {0x8, "STATX_UID"}, {0x10, "STATX_GID"}, {0x20, "STATX_ATIME"},
	{0x40, "STATX_MTIME"}, {0x80, "STATX_CTIME"}, {0x100, "STATX_INO"}, {0x200, "STATX_SIZE"},
	{0x400, "STATX_BLOCKS"}, {0x800, "STATX_BTIME"}, {0x1000, "STATX_MNT_ID"}, {0x2000, "STATX_DIOALIGN"},
	{0x4000, "STATX_MNT_ID_UNIQUE"}, {0x8000, "STATX_SUBVOL"}, {0x10000, "STATX_WRITE_ATOMIC"},
	{0x20000, "STATX_DIO_READ_ALIGN"},
}}

var epollOperations = names{
	1: "EPOLL_CTL_ADD", 2: "EPOLL_CTL_DEL", 3: "EPOLL_CTL_MOD",
}

var inotifyMasks = flags{
	whole: names{0xfff: "IN_ALL_EVENTS"},
	bits: bits{
		{0x18, "IN_CLOSE"}, {0xc0, "IN_MOVE"}, {0x1, "IN_ACCESS"}, {0x2, "IN_MODIFY"}, {0x4, "IN_ATTRIB"},
		{0x8, "IN_CLOSE_WRITE"}, {0x10, "IN_CLOSE_NOWRITE"}, {0x20, "IN_OPEN"}, {0x40, "IN_MOVED_FROM"},
		{0x80, "IN_MOVED_TO"}, {0x100, "IN_CREATE"}, {0x200, "IN_DELETE"}, {0x400, "IN_DELETE_SELF"},
		{0x800, "IN_MOVE_SELF"}, {0x2000, "IN_UNMOUNT"}, {0x4000, "IN_Q_OVERFLOW"}, {0x8000, "IN_IGNORED"},
		{0x1000000, "IN_ONLYDIR"}, {0x2000000, "IN_DONT_FOLLOW"}, {0x4000000, "IN_EXCL_UNLINK"},
		{0x10000000, "IN_MASK_CREATE"}, {0x20000000, "IN_MASK_ADD"}, {0x40000000, "IN_ISDIR"},
		{0x80000000, "IN_ONESHOT"},
	},
}

// fanotifyFlags: bits 2 and 3 are the class, a number.
var fanotifyFlags = flags{
	fields: []field{{mask: 0xc, names: names{0: "FAN_CLASS_NOTIF", 4: "FAN_CLASS_CONTENT", 8: "FAN_CLASS_PRE_CONTENT"}}},
	bits: bits{
		{0x1, "FAN_CLOEXEC"}, {0x2, "FAN_NONBLOCK"}, {0x10, "FAN_UNLIMITED_QUEUE"}, {0x20, "FAN_UNLIMITED_MARKS"},
		{0x40, "FAN_ENABLE_AUDIT"}, {0x80, "FAN_REPORT_PIDFD"}, {0x100, "FAN_REPORT_TID"},
		{0x200, "FAN_REPORT_FID"}, {0x400, "FAN_REPORT_DIR_FID"}, {0x800, "FAN_REPORT_NAME"},
		{0x1000, "FAN_REPORT_TARGET_FID"}, {0x2000, "FAN_REPORT_FD_ERROR"}, {0x4000, "FAN_REPORT_MNT"},
	},
}

// fanotifyMarkFlags: bits 4 and 8 say what is marked, a number.
var fanotifyMarkFlags = flags{
	fields: []field{{mask: 0x110, names: names{0: "FAN_MARK_INODE", 0x10: "FAN_MARK_MOUNT", 0x100: "FAN_MARK_FILESYSTEM", 0x110: "FAN_MARK_MNTNS"}}},
	bits: bits{
		{0x1, "FAN_MARK_ADD"}, {0x2, "FAN_MARK_REMOVE"}, {0x4, "FAN_MARK_DONT_FOLLOW"}, {0x8, "FAN_MARK_ONLYDIR"},
		{0x20, "FAN_MARK_IGNORED_MASK"}, {0x40, "FAN_MARK_IGNORED_SURV_MODIFY"}, {0x80, "FAN_MARK_FLUSH"},
		{0x200, "FAN_MARK_EVICTABLE"}, {0x400, "FAN_MARK_IGNORE"},
	},
}

var fanotifyMasks = flags{bits: bits{
	{0x1, "FAN_ACCESS"}, {0x2, "FAN_MODIFY"}, {0x4, "FAN_ATTRIB"}, {0x8, "FAN_CLOSE_WRITE"},
	{0x10, "FAN_CLOSE_NOWRITE"}, {0x20, "FAN_OPEN"}, {0x40, "FAN_MOVED_FROM"}, {0x80, "FAN_MOVED_TO"},
	{0x100, "FAN_CREATE"}, {0x200, "FAN_DELETE"}, {0x400, "FAN_DELETE_SELF"}, {0x800, "FAN_MOVE_SELF"},
	{0x1000, "FAN_OPEN_EXEC"}, {0x4000, "FAN_Q_OVERFLOW"}, {0x8000, "FAN_FS_ERROR"},
	{0x10000, "FAN_OPEN_PERM"}, {0x20000, "FAN_ACCESS_PERM"}, {0x40000, "FAN_OPEN_EXEC_PERM"},
	{0x100000, "FAN_PRE_ACCESS"}, {0x1000000, "FAN_MNT_ATTACH"}, {0x2000000, "FAN_MNT_DETACH"},
	{0x8000000, "FAN_EVENT_ON_CHILD"}, {0x10000000, "FAN_RENAME"}, {0x40000000, "FAN_ONDIR"},
}}

// mountFlags: old programs put MS_MGC_VAL, which means nothing, into the high half.
var mountFlags = flags{bits: bits{
	{0xc0ed0000, "MS_MGC_VAL"}, {0x1, "MS_RDONLY"}, {0x2, "MS_NOSUID"}, {0x4, "MS_NODEV"}, {0x8, "MS_NOEXEC"},
	{0x10, "MS_SYNCHRONOUS"}, {0x20, "MS_REMOUNT"}, {0x40, "MS_MANDLOCK"}, {0x80, "MS_DIRSYNC"},
	{0x100, "MS_NOSYMFOLLOW"}, {0x400, "MS_NOATIME"}, {0x800, "MS_NODIRATIME"}, {0x1000, "MS_BIND"},
	{0x2000, "MS_MOVE"}, {0x4000, "MS_REC"}, {0x8000, "MS_SILENT"}, {0x10000, "MS_POSIXACL"},
	{0x20000, "MS_UNBINDABLE"}, {0x40000, "MS_PRIVATE"}, {0x80000, "MS_SLAVE"}, {0x100000, "MS_SHARED"},
	{0x200000, "MS_RELATIME"}, {0x400000, "MS_KERNMOUNT"}, {0x800000, "MS_I_VERSION"},
	{0x1000000, "MS_STRICTATIME"}, {0x2000000, "MS_LAZYTIME"}, {0x4000000, "MS_SUBMOUNT"},
	{0x8000000, "MS_NOREMOTELOCK"}, {0x10000000, "MS_NOSEC"}, {0x20000000, "MS_BORN"},
	{0x40000000, "MS_ACTIVE"}, {0x80000000, "MS_NOUSER"},
}}

var umountFlags = flags{bits: bits{
	{0x1, "MNT_FORCE"}, {0x2, "MNT_DETACH"}, {0x4, "MNT_EXPIRE"}, {0x8, "UMOUNT_NOFOLLOW"},
}}

var openTreeFlags = flags{bits: bits{
	{0x1, "OPEN_TREE_CLONE"}, {0x2, "OPEN_TREE_NAMESPACE"}, {0x100, "AT_SYMLINK_NOFOLLOW"},
	{0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"}, {0x8000, "AT_RECURSIVE"},
	{0x80000, "OPEN_TREE_CLOEXEC"},
}}

var moveMountFlags = flags{bits: bits{
	{0x1, "MOVE_MOUNT_F_SYMLINKS"}, {0x2, "MOVE_MOUNT_F_AUTOMOUNTS"}, {0x4, "MOVE_MOUNT_F_EMPTY_PATH"},
	{0x10, "MOVE_MOUNT_T_SYMLINKS"}, {0x20, "MOVE_MOUNT_T_AUTOMOUNTS"}, {0x40, "MOVE_MOUNT_T_EMPTY_PATH"},
	{0x100, "MOVE_MOUNT_SET_GROUP"}, {0x200, "MOVE_MOUNT_BENEATH"},
}}

var fsopenFlags = flags{bits: bits{
	{0x1, "FSOPEN_CLOEXEC"},
}}

var fsmountFlags = flags{bits: bits{
	{0x1, "FSMOUNT_CLOEXEC"}, {0x2, "FSMOUNT_NAMESPACE"},
}}

var fspickFlags = flags{bits: bits{
	{0x1, "FSPICK_CLOEXEC"}, {0x2, "FSPICK_SYMLINK_NOFOLLOW"}, {0x4, "FSPICK_NO_AUTOMOUNT"},
	{0x8, "FSPICK_EMPTY_PATH"},
}}

var fsconfigCommands = names{
	0: "FSCONFIG_SET_FLAG", 1: "FSCONFIG_SET_STRING", 2: "FSCONFIG_SET_BINARY", 3: "FSCONFIG_SET_PATH",
	4: "FSCONFIG_SET_PATH_EMPTY", 5: "FSCONFIG_SET_FD", 6: "FSCONFIG_CMD_CREATE",
	7: "FSCONFIG_CMD_RECONFIGURE", 8: "FSCONFIG_CMD_CREATE_EXCL",
}

// mountAttributes: bits 4 to 6 are how access times are kept, a number.
var mountAttributes = flags{
	fields: []field{{mask: 0x70, names: names{0x10: "MOUNT_ATTR_NOATIME", 0x20: "MOUNT_ATTR_STRICTATIME"}}},
	bits: bits{
		{0x1, "MOUNT_ATTR_RDONLY"}, {0x2, "MOUNT_ATTR_NOSUID"}, {0x4, "MOUNT_ATTR_NODEV"},
		{0x8, "MOUNT_ATTR_NOEXEC"}, {0x80, "MOUNT_ATTR_NODIRATIME"}, {0x100000, "MOUNT_ATTR_IDMAP"},
		{0x200000, "MOUNT_ATTR_NOSYMFOLLOW"},
	},
}

// The low bits of swapFlags are the priority.
var swapFlags = flags{
	fields: []field{{mask: 0x7fff}},
	bits: bits{
		{0x8000, "SWAP_FLAG_PREFER"}, {0x10000, "SWAP_FLAG_DISCARD"}, {0x20000, "SWAP_FLAG_DISCARD_ONCE"},
		{0x40000, "SWAP_FLAG_DISCARD_PAGES"},
	},
}

// ioctlRequests are those of terminals, network interfaces, block devices and files;
// a driver may give any number a meaning of its own.
var ioctlRequests = names{
	0x1: "FIBMAP", 0x2: "FIGETBSZ", 0x125d: "BLKROSET", 0x125e: "BLKROGET", 0x125f: "BLKRRPART",
	0x1260: "BLKGETSIZE", 0x1261: "BLKFLSBUF", 0x1268: "BLKSSZGET", 0x1277: "BLKDISCARD", 0x5401: "TCGETS",
	0x5402: "TCSETS", 0x5403: "TCSETSW", 0x5404: "TCSETSF", 0x5405: "TCGETA", 0x5406: "TCSETA",
	0x5407: "TCSETAW", 0x5408: "TCSETAF", 0x5409: "TCSBRK", 0x540a: "TCXONC", 0x540b: "TCFLSH",
	0x540c: "TIOCEXCL", 0x540d: "TIOCNXCL", 0x540e: "TIOCSCTTY", 0x540f: "TIOCGPGRP", 0x5410: "TIOCSPGRP",
	0x5411: "TIOCOUTQ", 0x5412: "TIOCSTI", 0x5413: "TIOCGWINSZ", 0x5414: "TIOCSWINSZ", 0x5415: "TIOCMGET",
	0x5416: "TIOCMBIS", 0x5417: "TIOCMBIC", 0x5418: "TIOCMSET", 0x5419: "TIOCGSOFTCAR",
	0x541a: "TIOCSSOFTCAR", 0x541b: "FIONREAD", 0x541c: "TIOCLINUX", 0x541d: "TIOCCONS",
	0x541e: "TIOCGSERIAL", 0x541f: "TIOCSSERIAL", 0x5420: "TIOCPKT", 0x5421: "FIONBIO", 0x5422: "TIOCNOTTY",
	0x5423: "TIOCSETD", 0x5424: "TIOCGETD", 0x5425: "TCSBRKP", 0x5427: "TIOCSBRK", 0x5428: "TIOCCBRK",
	0x5429: "TIOCGSID", 0x542e: "TIOCGRS485", 0x542f: "TIOCSRS485", 0x5432: "TCGETX", 0x5433: "TCSETX",
	0x5434: "TCSETXF", 0x5435: "TCSETXW", 0x5437: "TIOCVHANGUP", 0x5441: "TIOCGPTPEER", 0x5450: "FIONCLEX",
	0x5451: "FIOCLEX", 0x5452: "FIOASYNC", 0x5453: "TIOCSERCONFIG", 0x5454: "TIOCSERGWILD",
	0x5455: "TIOCSERSWILD", 0x5456: "TIOCGLCKTRMIOS", 0x5457: "TIOCSLCKTRMIOS", 0x5458: "TIOCSERGSTRUCT",
	0x5459: "TIOCSERGETLSR", 0x545a: "TIOCSERGETMULTI", 0x545b: "TIOCSERSETMULTI", 0x545c: "TIOCMIWAIT",
	0x545d: "TIOCGICOUNT", 0x5460: "FIOQSIZE", 0x8901: "FIOSETOWN", 0x8902: "SIOCSPGRP", 0x8903: "FIOGETOWN",
	0x8904: "SIOCGPGRP", 0x8905: "SIOCATMARK", 0x890b: "SIOCADDRT", 0x890c: "SIOCDELRT", 0x890d: "SIOCRTMSG",
	0x8910: "SIOCGIFNAME", 0x8911: "SIOCSIFLINK", 0x8912: "SIOCGIFCONF", 0x8913: "SIOCGIFFLAGS",
	0x8914: "SIOCSIFFLAGS", 0x8915: "SIOCGIFADDR", 0x8916: "SIOCSIFADDR", 0x8917: "SIOCGIFDSTADDR",
	0x8918: "SIOCSIFDSTADDR", 0x8919: "SIOCGIFBRDADDR", 0x891a: "SIOCSIFBRDADDR", 0x891b: "SIOCGIFNETMASK",
	0x891c: "SIOCSIFNETMASK", 0x891d: "SIOCGIFMETRIC", 0x891e: "SIOCSIFMETRIC", 0x891f: "SIOCGIFMEM",
	0x8920: "SIOCSIFMEM", 0x8921: "SIOCGIFMTU", 0x8922: "SIOCSIFMTU", 0x8923: "SIOCSIFNAME",
	0x8924: "SIOCSIFHWADDR", 0x8925: "SIOCGIFENCAP", 0x8926: "SIOCSIFENCAP", 0x8927: "SIOCGIFHWADDR",
	0x8929: "SIOCGIFSLAVE", 0x8930: "SIOCSIFSLAVE", 0x8931: "SIOCADDMULTI", 0x8932: "SIOCDELMULTI",
	0x8933: "SIOCGIFINDEX", 0x8934: "SIOCSIFPFLAGS", 0x8935: "SIOCGIFPFLAGS", 0x8936: "SIOCDIFADDR",
	0x8937: "SIOCSIFHWBROADCAST", 0x8938: "SIOCGIFCOUNT", 0x8940: "SIOCGIFBR", 0x8941: "SIOCSIFBR",
	0x8942: "SIOCGIFTXQLEN", 0x8943: "SIOCSIFTXQLEN", 0x8946: "SIOCETHTOOL", 0x8947: "SIOCGMIIPHY",
	0x8948: "SIOCGMIIREG", 0x8949: "SIOCSMIIREG", 0x894a: "SIOCWANDEV", 0x894b: "SIOCOUTQNSD",
	0x894c: "SIOCGSKNS", 0x8953: "SIOCDARP", 0x8954: "SIOCGARP", 0x8955: "SIOCSARP", 0x8960: "SIOCDRARP",
	0x8961: "SIOCGRARP", 0x8962: "SIOCSRARP", 0x8970: "SIOCGIFMAP", 0x8971: "SIOCSIFMAP",
	0x8980: "SIOCADDDLCI", 0x8981: "SIOCDELDLCI", 0x8982: "SIOCGIFVLAN", 0x8983: "SIOCSIFVLAN",
	0x8990: "SIOCBONDENSLAVE", 0x8991: "SIOCBONDRELEASE", 0x8992: "SIOCBONDSETHWADDR",
	0x8993: "SIOCBONDSLAVEINFOQUERY", 0x8994: "SIOCBONDINFOQUERY", 0x8995: "SIOCBONDCHANGEACTIVE",
	0x89a0: "SIOCBRADDBR", 0x89a1: "SIOCBRDELBR", 0x89a2: "SIOCBRADDIF", 0x89a3: "SIOCBRDELIF",
	0x89b0: "SIOCSHWTSTAMP", 0x89b1: "SIOCGHWTSTAMP", 0x40045431: "TIOCSPTLCK", 0x40045436: "TIOCSIG",
	0x40049409: "FICLONE", 0x40086602: "FS_IOC_SETFLAGS", 0x401c5820: "FS_IOC_FSSETXATTR",
	0x4020940d: "FICLONERANGE", 0x80045430: "TIOCGPTN", 0x80045432: "TIOCGDEV", 0x80045438: "TIOCGPKT",
	0x80045439: "TIOCGPTLCK", 0x80045440: "TIOCGEXCL", 0x80081272: "BLKGETSIZE64",
	0x80086601: "FS_IOC_GETFLAGS", 0x801c581f: "FS_IOC_FSGETXATTR", 0xc0045877: "FIFREEZE",
	0xc0045878: "FITHAW", 0xc0185879: "FITRIM", 0xc0189436: "FIDEDUPERANGE",
}

// kernelReadTypes are in the kernel's own words.
var kernelReadTypes = names{
	0: "unknown", 1: "firmware", 2: "kernel-module", 3: "kexec-image", 4: "kexec-initramfs", 5: "security-policy",
	6: "x509-certificate", 7: "kernel-module-compressed",
}

var notifyObjects = names{0: "inode", 1: "mount", 2: "filesystem", 3: "mount_namespace"}
