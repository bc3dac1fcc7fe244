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
)

// kinds is indexed by Kind.
var kinds = [...]KindInfo{
	Int:           {Name: "int", Enc: EncI32, Type: "int", Doc: "a signed number"},
	Uint:          {Name: "uint", Enc: EncU32, Type: "unsigned int", Doc: "a number"},
	Long:          {Name: "long", Enc: EncI64, Type: "long", Doc: "a signed number"},
	Ulong:         {Name: "ulong", Enc: EncU64, Type: "unsigned long", Doc: "a number"},
	Ushort:        {Name: "ushort", Enc: EncU16, Type: "unsigned short", Doc: "a number"},
	Bool:          {Name: "bool", Enc: EncBool, Type: "bool", Doc: "true or false"},
	Size:          {Name: "size", Enc: EncU64, Type: "size_t", Doc: "a size in bytes"},
	Off:           {Name: "off", Enc: EncI64, Type: "off_t", Doc: "an offset in bytes"},
	Loff:          {Name: "loff", Enc: EncI64, Type: "loff_t", Doc: "an offset in bytes"},
	Pointer:       {Name: "pointer", Enc: EncU64, Type: "void*", Doc: "an address, not followed", Format: formatHex, Parse: parseNumber},
	String:        {Name: "string", Enc: EncString, Type: "const char*", Doc: "text"},
	Path:          {Name: "path", Enc: EncString, Type: "const char*", Doc: "a file name, absolute where the kernel resolved it"},
	Strings:       {Name: "strings", Enc: EncStrings, Type: "const char*const*", Doc: "a list of texts"},
	Bytes:         {Name: "bytes", Enc: EncBytes, Type: "bytes", Doc: "raw bytes, base64 in JSON"},
	FD:            {Name: "fd", Enc: EncI32, Type: "int", Doc: "a file descriptor", Format: formatFD, Parse: parseFD},
	FDPair:        {Name: "fd_pair", Enc: EncI32Pair, Type: "int[2]", Doc: "two file descriptors"},
	PID:           {Name: "pid", Enc: EncI32, Type: "pid_t", Doc: "a process or thread id"},
	UID:           {Name: "uid", Enc: EncU32, Type: "uid_t", Doc: "a user id"},
	GID:           {Name: "gid", Enc: EncU32, Type: "gid_t", Doc: "a group id"},
	Mode:          {Name: "mode", Enc: EncU16, Type: "umode_t", Doc: "file type and permission bits", Format: formatMode, Parse: parseMode},
	Dev:           {Name: "dev", Enc: EncU32, Type: "dev_t", Doc: "a device number, in the kernel's own form"},
	Inode:         {Name: "inode", Enc: EncU64, Type: "unsigned long", Doc: "an inode number"},
	Timestamp:     {Name: "timestamp", Enc: EncU64, Type: "unsigned long", Doc: "nanoseconds since 1970"},
	Signal:        {Name: "signal", Enc: EncI32, Type: "int", Doc: "a signal number", Format: signals.format, Parse: signals.parse},
	Sockaddr:      {Name: "sockaddr", Enc: EncSockaddr, Type: "struct sockaddr*", Doc: "a socket address"},
	SocketDomain:  {Name: "socket_domain", Enc: EncI32, Type: "int", Doc: "a socket family", Format: socketDomains.format, Parse: socketDomains.parse},
	SocketType:    {Name: "socket_type", Enc: EncI32, Type: "int", Doc: "a socket type with SOCK_CLOEXEC and SOCK_NONBLOCK", Format: formatSocketType, Parse: parseSocketType},
	OpenFlags:     {Name: "open_flags", Enc: EncI32, Type: "int", Doc: "open flags", Format: formatOpenFlags, Parse: parseOpenFlags},
	AccessMode:    {Name: "access_mode", Enc: EncI32, Type: "int", Doc: "access mode", Format: formatAccess, Parse: accessBits.parse},
	MmapProt:      {Name: "mmap_prot", Enc: EncI32, Type: "int", Doc: "memory protection", Format: formatProt, Parse: protBits.parse},
	MmapFlags:     {Name: "mmap_flags", Enc: EncI32, Type: "int", Doc: "mmap flags", Format: formatMmapFlags, Parse: parseMmapFlags},
	PtraceRequest: {Name: "ptrace_request", Enc: EncI64, Type: "long", Doc: "a ptrace request", Format: ptraceRequests.format, Parse: ptraceRequests.parse},
	PrctlOption:   {Name: "prctl_option", Enc: EncI32, Type: "int", Doc: "a prctl option", Format: prctlOptions.format, Parse: prctlOptions.parse},
	CloneFlags:    {Name: "clone_flags", Enc: EncU64, Type: "unsigned long", Doc: "clone flags with the exit signal in the low byte", Format: formatCloneFlags, Parse: parseCloneFlags},
	ExecFlags:     {Name: "exec_flags", Enc: EncI32, Type: "int", Doc: "execveat flags", Format: atBits.format, Parse: atBits.parse},
	AtFlags:       {Name: "at_flags", Enc: EncI32, Type: "int", Doc: "AT_ flags", Format: atBits.format, Parse: atBits.parse},
	Capability:    {Name: "capability", Enc: EncI32, Type: "int", Doc: "a capability", Format: capabilities.format, Parse: capabilities.parse},
	BPFCommand:    {Name: "bpf_command", Enc: EncI32, Type: "int", Doc: "a bpf command", Format: bpfCommands.format, Parse: bpfCommands.parse},
	SyscallNumber: {Name: "syscall", Enc: EncI32, Type: "int", Doc: "a native system call number"},
	MountFlags:    {Name: "mount_flags", Enc: EncU64, Type: "unsigned long", Doc: "mount flags", Format: mountBits.format, Parse: mountBits.parse},
	Errno:         {Name: "errno", Enc: EncI64, Type: "long", Doc: "0 or a negative error number", Format: formatErrno, Parse: parseErrno},
}
