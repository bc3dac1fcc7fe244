package schema

// The kinds. Numbers are internal: they may change between builds.
const (
	Int Kind = iota + 1
	Uint
	Long
	Ulong
	Ushort
	Bool
	Size
	Off
	Loff
	Pointer
	String
	Path
	Strings
	Bytes
	FD
	FDPair
	PID
	UID
	GID
	Mode
	Dev
	Inode
	Timestamp
	Signal
	Sockaddr
	SocketDomain
	SocketType
	OpenFlags
	AccessMode
	MmapProt
	MmapFlags
	PtraceRequest
	PrctlOption
	CloneFlags
	ExecFlags
	AtFlags
	Capability
	BPFCommand
	SyscallNumber
	MountFlags
	Errno
	Hex
	Whence
	SigmaskHow
	IoctlRequest
	MremapFlags
	MsyncFlags
	MadviseAdvice
	MemoryAlert
	ShmgetFlags
	ShmatFlags
	ShmCommand
	ItimerWhich
	MessageFlags
	ShutdownHow
	SocketLevel
	SocketFlags
	WaitOptions
	WaitIDType
	IPCFlags
	SemCommand
	MsgFlags
	MsgCommand
	FcntlCommand
	FlockOperation
	Resource
	RusageWho
	SyslogAction
	Personality
	PriorityWhich
	IoprioWhich
	SchedPolicy
	MlockallFlags
	Mlock2Flags
	ArchPrctlOption
	UmountFlags
	SwapFlags
	RebootCommand
	ModuleDeleteFlags
	ModuleInitFlags
	KernelReadType
	QuotaCommand
	XattrFlags
	FutexOperation
	FutexFlags
	FadviseAdvice
	ClockID
	TimerFlags
	TimerfdFlags
	EpollOperation
	MemoryPolicy
	MbindFlags
	KexecFlags
	KexecFileFlags
	KeySerial
	KeyctlOperation
	InotifyMask
	NotifyObject
	UnlinkFlags
	AccessFlags
	NamespaceFlags
	SpliceFlags
	SyncRangeFlags
	FDFlags
	EventfdFlags
	FallocateMode
	PerfFlags
	FanotifyFlags
	FanotifyMarkFlags
	FanotifyMask
	KcmpType
	RenameFlags
	SeccompOperation
	SeccompFlags
	GetrandomFlags
	MemfdFlags
	UserfaultfdFlags
	MembarrierCommand
	RWFlags
	PkeyRights
	StatxMask
	PidfdFlags
	PidfdSignalFlags
	IoUringEnterFlags
	IoUringOpcode
	IoUringOp
	IoUringFlags
	SocketOption
	SocketOptionRead
	OpenTreeFlags
	MoveMountFlags
	FsopenFlags
	FsconfigCommand
	FsmountFlags
	FspickFlags
	MountAttributes
	CloseRangeFlags
	LandlockRule
	LSMAttribute
	Cred
	PtraceMode
	SigactionFlags
	SignalSet
	SigHandlerMethod
	UsermodeWait
	OpenHow
	Address
	HookedSymbols
	BPFProgramType
	BPFAttachType
)

// kinds is indexed by Kind.
var kinds = bounded([]KindInfo{
	Int:               {Name: "int", Enc: EncI32, Type: "int", Doc: "a signed number"},
	Uint:              {Name: "uint", Enc: EncU32, Type: "unsigned int", Doc: "a number"},
	Long:              {Name: "long", Enc: EncI64, Type: "long", Doc: "a signed number"},
	Ulong:             {Name: "ulong", Enc: EncU64, Type: "unsigned long", Doc: "a number"},
	Ushort:            {Name: "ushort", Enc: EncU16, Type: "unsigned short", Doc: "a number"},
	Bool:              {Name: "bool", Enc: EncBool, Type: "bool", Doc: "true or false"},
	Size:              {Name: "size", Enc: EncU64, Type: "size_t", Doc: "a size in bytes"},
	Off:               {Name: "off", Enc: EncI64, Type: "off_t", Doc: "an offset in bytes"},
	Loff:              {Name: "loff", Enc: EncI64, Type: "loff_t", Doc: "an offset in bytes"},
	Pointer:           {Name: "pointer", Enc: EncU64, Type: "void*", Doc: "an address, not followed", Format: formatHex, Parse: parseNumber},
	String:            {Name: "string", Enc: EncString, Type: "const char*", Doc: "text"},
	Path:              {Name: "path", Enc: EncString, Type: "const char*", Doc: "a file name, absolute where the kernel resolved it"},
	Strings:           {Name: "strings", Enc: EncStrings, Type: "const char*const*", Doc: "a list of texts"},
	Bytes:             {Name: "bytes", Enc: EncBytes, Type: "bytes", Doc: "raw bytes, base64 in JSON"},
	FD:                {Name: "fd", Enc: EncI32, Type: "int", Doc: "a file descriptor", Format: formatFD, Parse: parseFD},
	FDPair:            {Name: "fd_pair", Enc: EncI32Pair, Type: "int[2]", Doc: "two file descriptors"},
	PID:               {Name: "pid", Enc: EncI32, Type: "pid_t", Doc: "a process or thread id"},
	UID:               {Name: "uid", Enc: EncU32, Type: "uid_t", Doc: "a user id"},
	GID:               {Name: "gid", Enc: EncU32, Type: "gid_t", Doc: "a group id"},
	Mode:              {Name: "mode", Enc: EncU16, Type: "umode_t", Doc: "file type and permission bits", Format: formatMode, Parse: parseNumber},
	Dev:               {Name: "dev", Enc: EncU32, Type: "dev_t", Doc: "a device number, in the kernel's own form"},
	Inode:             {Name: "inode", Enc: EncU64, Type: "unsigned long", Doc: "an inode number"},
	Timestamp:         {Name: "timestamp", Enc: EncU64, Type: "unsigned long", Doc: "nanoseconds since 1970"},
	Signal:            {Name: "signal", Enc: EncI32, Type: "int", Doc: "a signal number", Format: signals.format, Parse: signals.parse},
	Sockaddr:          {Name: "sockaddr", Enc: EncSockaddr, Type: "struct sockaddr*", Doc: "a socket address"},
	SocketDomain:      {Name: "socket_domain", Enc: EncI32, Type: "int", Doc: "a socket family", Format: socketDomains.format, Parse: socketDomains.parse},
	SocketType:        {Name: "socket_type", Enc: EncI32, Type: "int", Doc: "a socket type with SOCK_CLOEXEC and SOCK_NONBLOCK", Format: word(socketTypes.format), Parse: socketTypes.parse},
	OpenFlags:         {Name: "open_flags", Enc: EncI32, Type: "int", Doc: "open flags", Format: word(openFlags.format), Parse: openFlags.parse},
	AccessMode:        {Name: "access_mode", Enc: EncI32, Type: "int", Doc: "access mode", Format: word(accessModes.format), Parse: accessModes.parse},
	MmapProt:          {Name: "mmap_prot", Enc: EncI32, Type: "int", Doc: "memory protection", Format: word(protFlags.format), Parse: protFlags.parse},
	MmapFlags:         {Name: "mmap_flags", Enc: EncI32, Type: "int", Doc: "mmap flags", Format: word(mmapFlags.format), Parse: mmapFlags.parse},
	PtraceRequest:     {Name: "ptrace_request", Enc: EncI64, Type: "long", Doc: "a ptrace request", Format: ptraceRequests.format, Parse: ptraceRequests.parse},
	PrctlOption:       {Name: "prctl_option", Enc: EncI32, Type: "int", Doc: "a prctl option", Format: prctlOptions.format, Parse: prctlOptions.parse},
	CloneFlags:        {Name: "clone_flags", Enc: EncU64, Type: "unsigned long", Doc: "clone flags with the exit signal in the low byte", Format: cloneFlags.format, Parse: cloneFlags.parse},
	ExecFlags:         {Name: "exec_flags", Enc: EncI32, Type: "int", Doc: "execveat flags", Format: word(execFlags.format), Parse: execFlags.parse},
	AtFlags:           {Name: "at_flags", Enc: EncI32, Type: "int", Doc: "AT_ flags", Format: word(atFlags.format), Parse: atFlags.parse},
	Capability:        {Name: "capability", Enc: EncI32, Type: "int", Doc: "a capability", Format: capabilities.format, Parse: capabilities.parse},
	BPFCommand:        {Name: "bpf_command", Enc: EncI32, Type: "int", Doc: "a bpf command", Format: word(bpfCommands.format), Parse: bpfCommands.parse},
	SyscallNumber:     {Name: "syscall", Enc: EncI32, Type: "int", Doc: "a system call of this architecture", Format: formatSyscall, Parse: parseSyscall},
	MountFlags:        {Name: "mount_flags", Enc: EncU64, Type: "unsigned long", Doc: "mount flags", Format: mountFlags.format, Parse: mountFlags.parse},
	Errno:             {Name: "errno", Enc: EncI64, Type: "long", Doc: "0 or a negative error number", Format: formatErrno, Parse: parseErrno},
	Hex:               {Name: "hex", Enc: EncU32, Type: "unsigned int", Doc: "a number that reads best in hexadecimal", Format: formatHex, Parse: parseNumber},
	Whence:            {Name: "whence", Enc: EncU32, Type: "unsigned int", Doc: "where an offset counts from", Format: whences.format, Parse: whences.parse},
	SigmaskHow:        {Name: "sigmask_how", Enc: EncI32, Type: "int", Doc: "what to do with a signal mask", Format: sigmaskHows.format, Parse: sigmaskHows.parse},
	IoctlRequest:      {Name: "ioctl_request", Enc: EncU32, Type: "unsigned int", Doc: "an ioctl request", Format: ioctlRequests.hex, Parse: ioctlRequests.parse},
	MremapFlags:       {Name: "mremap_flags", Enc: EncI32, Type: "int", Doc: "mremap flags", Format: word(mremapFlags.format), Parse: mremapFlags.parse},
	MsyncFlags:        {Name: "msync_flags", Enc: EncI32, Type: "int", Doc: "msync flags", Format: word(msyncFlags.format), Parse: msyncFlags.parse},
	MadviseAdvice:     {Name: "madvise_advice", Enc: EncI32, Type: "int", Doc: "advice about memory", Format: madviseAdvices.format, Parse: madviseAdvices.parse},
	MemoryAlert:       {Name: "memory_alert", Enc: EncU32, Type: "u32", Doc: "how memory became executable", Format: memoryAlerts.format, Parse: memoryAlerts.parse},
	ShmgetFlags:       {Name: "shmget_flags", Enc: EncI32, Type: "int", Doc: "shmget flags and permission bits", Format: word(shmgetFlags.format), Parse: shmgetFlags.parse},
	ShmatFlags:        {Name: "shmat_flags", Enc: EncI32, Type: "int", Doc: "shmat flags", Format: word(shmatFlags.format), Parse: shmatFlags.parse},
	ShmCommand:        {Name: "shm_command", Enc: EncI32, Type: "int", Doc: "a shmctl command", Format: shmCommands.format, Parse: shmCommands.parse},
	ItimerWhich:       {Name: "itimer", Enc: EncI32, Type: "int", Doc: "an interval timer", Format: itimers.format, Parse: itimers.parse},
	MessageFlags:      {Name: "message_flags", Enc: EncI32, Type: "int", Doc: "flags of sending and receiving", Format: word(messageFlags.format), Parse: messageFlags.parse},
	ShutdownHow:       {Name: "shutdown_how", Enc: EncI32, Type: "int", Doc: "which directions are shut", Format: shutdownHows.format, Parse: shutdownHows.parse},
	SocketLevel:       {Name: "socket_level", Enc: EncI32, Type: "int", Doc: "the protocol level of a socket option", Format: socketLevels.format, Parse: socketLevels.parse},
	SocketFlags:       {Name: "socket_flags", Enc: EncI32, Type: "int", Doc: "SOCK_CLOEXEC and SOCK_NONBLOCK", Format: word(socketFlags.format), Parse: socketFlags.parse},
	WaitOptions:       {Name: "wait_options", Enc: EncI32, Type: "int", Doc: "wait options", Format: word(waitOptions.format), Parse: waitOptions.parse},
	WaitIDType:        {Name: "wait_id_type", Enc: EncI32, Type: "int", Doc: "what is waited for", Format: waitIDTypes.format, Parse: waitIDTypes.parse},
	IPCFlags:          {Name: "ipc_flags", Enc: EncI32, Type: "int", Doc: "IPC flags and permission bits", Format: word(ipcFlags.format), Parse: ipcFlags.parse},
	SemCommand:        {Name: "sem_command", Enc: EncI32, Type: "int", Doc: "a semctl command", Format: semCommands.format, Parse: semCommands.parse},
	MsgFlags:          {Name: "msg_flags", Enc: EncI32, Type: "int", Doc: "message queue flags", Format: word(msgFlags.format), Parse: msgFlags.parse},
	MsgCommand:        {Name: "msg_command", Enc: EncI32, Type: "int", Doc: "a msgctl command", Format: msgCommands.format, Parse: msgCommands.parse},
	FcntlCommand:      {Name: "fcntl_command", Enc: EncI32, Type: "int", Doc: "an fcntl command", Format: fcntlCommands.format, Parse: fcntlCommands.parse},
	FlockOperation:    {Name: "flock_operation", Enc: EncI32, Type: "int", Doc: "a flock operation", Format: word(flockOperations.format), Parse: flockOperations.parse},
	Resource:          {Name: "resource", Enc: EncI32, Type: "int", Doc: "a resource with a limit", Format: resources.format, Parse: resources.parse},
	RusageWho:         {Name: "rusage_who", Enc: EncI32, Type: "int", Doc: "whose resource usage", Format: rusageWhos.format, Parse: rusageWhos.parse},
	SyslogAction:      {Name: "syslog_action", Enc: EncI32, Type: "int", Doc: "what to do with the kernel log", Format: syslogActions.format, Parse: syslogActions.parse},
	Personality:       {Name: "personality", Enc: EncU32, Type: "unsigned int", Doc: "execution domain and its flags", Format: personalities.format, Parse: personalities.parse},
	PriorityWhich:     {Name: "priority_which", Enc: EncI32, Type: "int", Doc: "whose priority", Format: priorityWhiches.format, Parse: priorityWhiches.parse},
	IoprioWhich:       {Name: "ioprio_which", Enc: EncI32, Type: "int", Doc: "whose I/O priority", Format: ioprioWhiches.format, Parse: ioprioWhiches.parse},
	SchedPolicy:       {Name: "sched_policy", Enc: EncI32, Type: "int", Doc: "a scheduling policy", Format: word(schedPolicies.format), Parse: schedPolicies.parse},
	MlockallFlags:     {Name: "mlockall_flags", Enc: EncI32, Type: "int", Doc: "mlockall flags", Format: word(mlockallFlags.format), Parse: mlockallFlags.parse},
	Mlock2Flags:       {Name: "mlock2_flags", Enc: EncI32, Type: "int", Doc: "mlock2 flags", Format: word(mlock2Flags.format), Parse: mlock2Flags.parse},
	ArchPrctlOption:   {Name: "arch_prctl_option", Enc: EncI32, Type: "int", Doc: "an arch_prctl option", Format: archPrctlOptions.format, Parse: archPrctlOptions.parse},
	UmountFlags:       {Name: "umount_flags", Enc: EncI32, Type: "int", Doc: "umount flags", Format: word(umountFlags.format), Parse: umountFlags.parse},
	SwapFlags:         {Name: "swap_flags", Enc: EncI32, Type: "int", Doc: "swap flags", Format: word(swapFlags.format), Parse: swapFlags.parse},
	RebootCommand:     {Name: "reboot_command", Enc: EncU32, Type: "unsigned int", Doc: "a reboot command", Format: rebootCommands.hex, Parse: rebootCommands.parse},
	ModuleDeleteFlags: {Name: "module_delete_flags", Enc: EncU32, Type: "unsigned int", Doc: "flags of unloading a module", Format: moduleDeleteFlags.format, Parse: moduleDeleteFlags.parse},
	ModuleInitFlags:   {Name: "module_init_flags", Enc: EncI32, Type: "int", Doc: "flags of loading a module", Format: word(moduleInitFlags.format), Parse: moduleInitFlags.parse},
	KernelReadType:    {Name: "kernel_read_type", Enc: EncI32, Type: "int", Doc: "what the kernel reads a file for", Format: kernelReadTypes.format, Parse: kernelReadTypes.parse},
	QuotaCommand:      {Name: "quota_command", Enc: EncU32, Type: "unsigned int", Doc: "a quota command and type", Format: quotaCommands.format, Parse: quotaCommands.parse},
	XattrFlags:        {Name: "xattr_flags", Enc: EncI32, Type: "int", Doc: "setxattr flags", Format: word(xattrFlags.format), Parse: xattrFlags.parse},
	FutexOperation:    {Name: "futex_operation", Enc: EncI32, Type: "int", Doc: "a futex operation and its flags", Format: word(futexOperations.format), Parse: futexOperations.parse},
	FutexFlags:        {Name: "futex_flags", Enc: EncU32, Type: "unsigned int", Doc: "flags of a futex", Format: futexFlags.format, Parse: futexFlags.parse},
	FadviseAdvice:     {Name: "fadvise_advice", Enc: EncI32, Type: "int", Doc: "advice about a file", Format: fadviseAdvices.format, Parse: fadviseAdvices.parse},
	ClockID:           {Name: "clock", Enc: EncI32, Type: "clockid_t", Doc: "a clock; negative ones are of a process or a device", Format: clockIDs.format, Parse: clockIDs.parse},
	TimerFlags:        {Name: "timer_flags", Enc: EncI32, Type: "int", Doc: "timer flags", Format: word(timerFlags.format), Parse: timerFlags.parse},
	TimerfdFlags:      {Name: "timerfd_flags", Enc: EncI32, Type: "int", Doc: "timerfd flags", Format: word(timerfdFlags.format), Parse: timerfdFlags.parse},
	EpollOperation:    {Name: "epoll_operation", Enc: EncI32, Type: "int", Doc: "an epoll_ctl operation", Format: epollOperations.format, Parse: epollOperations.parse},
	MemoryPolicy:      {Name: "memory_policy", Enc: EncI32, Type: "int", Doc: "a NUMA policy and its flags", Format: word(memoryPolicies.format), Parse: memoryPolicies.parse},
	MbindFlags:        {Name: "mbind_flags", Enc: EncU32, Type: "unsigned int", Doc: "mbind flags", Format: mbindFlags.format, Parse: mbindFlags.parse},
	KexecFlags:        {Name: "kexec_flags", Enc: EncU64, Type: "unsigned long", Doc: "kexec_load flags and architecture", Format: kexecFlags.format, Parse: kexecFlags.parse},
	KexecFileFlags:    {Name: "kexec_file_flags", Enc: EncU64, Type: "unsigned long", Doc: "kexec_file_load flags", Format: kexecFileFlags.format, Parse: kexecFileFlags.parse},
	KeySerial:         {Name: "key", Enc: EncI32, Type: "key_serial_t", Doc: "a key or keyring", Format: keySerials.format, Parse: keySerials.parse},
	KeyctlOperation:   {Name: "keyctl_operation", Enc: EncI32, Type: "int", Doc: "a keyctl operation", Format: keyctlOperations.format, Parse: keyctlOperations.parse},
	InotifyMask:       {Name: "inotify_mask", Enc: EncU32, Type: "u32", Doc: "inotify events and flags", Format: inotifyMasks.format, Parse: inotifyMasks.parse},
	NotifyObject:      {Name: "notify_object", Enc: EncU32, Type: "unsigned int", Doc: "what is watched", Format: notifyObjects.format, Parse: notifyObjects.parse},
	UnlinkFlags:       {Name: "unlink_flags", Enc: EncI32, Type: "int", Doc: "unlinkat flags", Format: word(unlinkFlags.format), Parse: unlinkFlags.parse},
	AccessFlags:       {Name: "access_flags", Enc: EncI32, Type: "int", Doc: "faccessat2 flags", Format: word(accessFlags.format), Parse: accessFlags.parse},
	NamespaceFlags:    {Name: "namespace_flags", Enc: EncI32, Type: "int", Doc: "what is no longer shared, or which kind of namespace", Format: word(namespaceFlags.format), Parse: namespaceFlags.parse},
	SpliceFlags:       {Name: "splice_flags", Enc: EncU32, Type: "unsigned int", Doc: "splice flags", Format: spliceFlags.format, Parse: spliceFlags.parse},
	SyncRangeFlags:    {Name: "sync_range_flags", Enc: EncU32, Type: "unsigned int", Doc: "sync_file_range flags", Format: syncRangeFlags.format, Parse: syncRangeFlags.parse},
	FDFlags:           {Name: "fd_flags", Enc: EncI32, Type: "int", Doc: "flags of a new descriptor", Format: word(fdFlags.format), Parse: fdFlags.parse},
	EventfdFlags:      {Name: "eventfd_flags", Enc: EncI32, Type: "int", Doc: "eventfd flags", Format: word(eventfdFlags.format), Parse: eventfdFlags.parse},
	FallocateMode:     {Name: "fallocate_mode", Enc: EncI32, Type: "int", Doc: "fallocate mode", Format: word(fallocateModes.format), Parse: fallocateModes.parse},
	PerfFlags:         {Name: "perf_flags", Enc: EncU64, Type: "unsigned long", Doc: "perf_event_open flags", Format: perfFlags.format, Parse: perfFlags.parse},
	FanotifyFlags:     {Name: "fanotify_flags", Enc: EncU32, Type: "unsigned int", Doc: "fanotify_init flags", Format: fanotifyFlags.format, Parse: fanotifyFlags.parse},
	FanotifyMarkFlags: {Name: "fanotify_mark_flags", Enc: EncU32, Type: "unsigned int", Doc: "fanotify_mark flags", Format: fanotifyMarkFlags.format, Parse: fanotifyMarkFlags.parse},
	FanotifyMask:      {Name: "fanotify_mask", Enc: EncU64, Type: "u64", Doc: "fanotify events", Format: fanotifyMasks.format, Parse: fanotifyMasks.parse},
	KcmpType:          {Name: "kcmp_type", Enc: EncI32, Type: "int", Doc: "what kcmp compares", Format: kcmpTypes.format, Parse: kcmpTypes.parse},
	RenameFlags:       {Name: "rename_flags", Enc: EncU32, Type: "unsigned int", Doc: "renameat2 flags", Format: renameFlags.format, Parse: renameFlags.parse},
	SeccompOperation:  {Name: "seccomp_operation", Enc: EncU32, Type: "unsigned int", Doc: "a seccomp operation", Format: seccompOperations.format, Parse: seccompOperations.parse},
	SeccompFlags:      {Name: "seccomp_flags", Enc: EncU32, Type: "unsigned int", Doc: "flags of a seccomp filter", Format: seccompFlags.format, Parse: seccompFlags.parse},
	GetrandomFlags:    {Name: "getrandom_flags", Enc: EncU32, Type: "unsigned int", Doc: "getrandom flags", Format: getrandomFlags.format, Parse: getrandomFlags.parse},
	MemfdFlags:        {Name: "memfd_flags", Enc: EncU32, Type: "unsigned int", Doc: "memfd_create flags", Format: memfdFlags.format, Parse: memfdFlags.parse},
	UserfaultfdFlags:  {Name: "userfaultfd_flags", Enc: EncI32, Type: "int", Doc: "userfaultfd flags", Format: word(userfaultfdFlags.format), Parse: userfaultfdFlags.parse},
	MembarrierCommand: {Name: "membarrier_command", Enc: EncI32, Type: "int", Doc: "a membarrier command", Format: membarrierCommands.format, Parse: membarrierCommands.parse},
	RWFlags:           {Name: "rw_flags", Enc: EncI32, Type: "int", Doc: "flags of one read or write", Format: word(rwFlags.format), Parse: rwFlags.parse},
	PkeyRights:        {Name: "pkey_rights", Enc: EncU64, Type: "unsigned long", Doc: "rights that a protection key takes away", Format: pkeyRights.format, Parse: pkeyRights.parse},
	StatxMask:         {Name: "statx_mask", Enc: EncU32, Type: "unsigned int", Doc: "which facts statx is asked for", Format: statxMasks.format, Parse: statxMasks.parse},
	PidfdFlags:        {Name: "pidfd_flags", Enc: EncU32, Type: "unsigned int", Doc: "pidfd_open flags", Format: pidfdFlags.format, Parse: pidfdFlags.parse},
	PidfdSignalFlags:  {Name: "pidfd_signal_flags", Enc: EncU32, Type: "unsigned int", Doc: "whom pidfd_send_signal reaches", Format: pidfdSignalFlags.format, Parse: pidfdSignalFlags.parse},
	IoUringEnterFlags: {Name: "io_uring_enter_flags", Enc: EncU32, Type: "unsigned int", Doc: "io_uring_enter flags", Format: ioUringEnterFlags.format, Parse: ioUringEnterFlags.parse},
	IoUringOpcode:     {Name: "io_uring_opcode", Enc: EncU32, Type: "unsigned int", Doc: "what io_uring_register does", Format: ioUringOpcodes.format, Parse: ioUringOpcodes.parse},
	SocketOption: {Name: "socket_option", Enc: EncI32, Type: "int", Doc: "an option of a socket; its name depends on the level",
		Format: decimal, FormatOf: socketOption, Parse: parseSocketOption},
	SocketOptionRead: {Name: "socket_option_read", Enc: EncI32, Type: "int", Doc: "an option that is asked of a socket; its name depends on the level",
		Format: decimal, FormatOf: readSocketOption, Parse: parseSocketOption},
	IoUringOp:        {Name: "io_uring_op", Enc: EncU32, Type: "unsigned int", Doc: "an operation of io_uring", Format: ioUringOps.format, Parse: ioUringOps.parse},
	IoUringFlags:     {Name: "io_uring_flags", Enc: EncU32, Type: "unsigned int", Doc: "how io_uring runs a request", Format: ioUringFlags.format, Parse: ioUringFlags.parse},
	OpenTreeFlags:    {Name: "open_tree_flags", Enc: EncU32, Type: "unsigned int", Doc: "open_tree flags", Format: openTreeFlags.format, Parse: openTreeFlags.parse},
	MoveMountFlags:   {Name: "move_mount_flags", Enc: EncU32, Type: "unsigned int", Doc: "move_mount flags", Format: moveMountFlags.format, Parse: moveMountFlags.parse},
	FsopenFlags:      {Name: "fsopen_flags", Enc: EncU32, Type: "unsigned int", Doc: "fsopen flags", Format: fsopenFlags.format, Parse: fsopenFlags.parse},
	FsconfigCommand:  {Name: "fsconfig_command", Enc: EncU32, Type: "unsigned int", Doc: "an fsconfig command", Format: fsconfigCommands.format, Parse: fsconfigCommands.parse},
	FsmountFlags:     {Name: "fsmount_flags", Enc: EncU32, Type: "unsigned int", Doc: "fsmount flags", Format: fsmountFlags.format, Parse: fsmountFlags.parse},
	FspickFlags:      {Name: "fspick_flags", Enc: EncU32, Type: "unsigned int", Doc: "fspick flags", Format: fspickFlags.format, Parse: fspickFlags.parse},
	MountAttributes:  {Name: "mount_attributes", Enc: EncU32, Type: "unsigned int", Doc: "attributes of a mount", Format: mountAttributes.format, Parse: mountAttributes.parse},
	CloseRangeFlags:  {Name: "close_range_flags", Enc: EncU32, Type: "unsigned int", Doc: "close_range flags", Format: closeRangeFlags.format, Parse: closeRangeFlags.parse},
	LandlockRule:     {Name: "landlock_rule", Enc: EncI32, Type: "int", Doc: "type of a Landlock rule", Format: landlockRules.format, Parse: landlockRules.parse},
	LSMAttribute:     {Name: "lsm_attribute", Enc: EncU32, Type: "unsigned int", Doc: "a security attribute", Format: lsmAttributes.format, Parse: lsmAttributes.parse},
	Cred:             {Name: "cred", Enc: EncCred, Type: "slim_cred_t", Doc: "a task's credentials: its ids, namespace and capabilities"},
	PtraceMode:       {Name: "ptrace_mode", Enc: EncU32, Type: "unsigned int", Doc: "how one task wants to get at another", Format: ptraceModes.format, Parse: ptraceModes.parse},
	SigactionFlags:   {Name: "sigaction_flags", Enc: EncU64, Type: "unsigned long", Doc: "flags of a signal handler", Format: sigactionFlags.format, Parse: sigactionFlags.parse},
	SignalSet:        {Name: "signal_set", Enc: EncU64, Type: "unsigned long", Doc: "a set of signals, one bit each", Format: formatSignalSet, Parse: parseSignalSet},
	SigHandlerMethod: {Name: "signal_method", Enc: EncI32, Type: "int", Doc: "what a signal does: SIG_DFL, SIG_IGN, or SIG_HND for a handler", Format: sigHandlerMethods.format, Parse: sigHandlerMethods.parse},
	UsermodeWait:     {Name: "usermode_wait", Enc: EncI32, Type: "int", Doc: "what the kernel waits for of a program that it starts", Format: word(usermodeWaits.format), Parse: usermodeWaits.parse},
	OpenHow:          {Name: "open_how", Enc: EncString, Record: EncOpenHow, Text: openHow, Type: "struct open_how*", Doc: "how openat2 opens: flags, mode and restrictions, as text"},
	Address:          {Name: "address", Enc: EncU64, Type: "u64", Doc: "an address in the kernel", Format: formatHex, Parse: parseNumber},
	HookedSymbols:    {Name: "hooked_symbols", Enc: EncHooks, Type: "[]trace.HookedSymbolData", Doc: "functions, each with the module whose it is: system for the kernel itself, hidden for none that is known"},
	BPFProgramType:   {Name: "bpf_program_type", Enc: EncI32, Type: "int", Doc: "a type of BPF programs", Format: bpfProgramTypes.format, Parse: bpfProgramTypes.parse},
	BPFAttachType:    {Name: "bpf_attach_type", Enc: EncI32, Type: "int", Doc: "what a BPF program is attached to: Tracee's numbers, and from 16 on 16 + the kernel's link type", Format: bpfAttachTypes.format, Parse: bpfAttachTypes.parse},
})

// bounded makes every Parse refuse what the kind's encoding cannot hold.
func bounded(rows []KindInfo) []KindInfo {
	for i, row := range rows {
		if row.Parse == nil {
			continue
		}
		rows[i].Parse = func(s string) (int64, bool) {
			v, ok := row.Parse(s)
			if !ok {
				return 0, false
			}
			return row.Enc.within(v)
		}
	}
	return rows
}
