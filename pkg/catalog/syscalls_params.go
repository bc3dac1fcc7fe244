package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// none marks an architecture that lacks the call.
const none = schema.None

// Short forms that keep a system call's row on one line.
type (
	sets = []schema.Set
	ps   = []schema.Field
)

// p is a parameter whose C type is that of its kind.
func p(name string, kind schema.Kind) schema.Field { return schema.Field{Name: name, Kind: kind} }

// envp may hold secrets: it is read when asked for.
var envp = schema.Field{Name: "envp", Kind: schema.Strings, Option: "exec-env"}

// pt is a parameter with a C type of its own.
func pt(name string, kind schema.Kind, ctype string) schema.Field {
	return schema.Field{Name: name, Kind: kind, Type: ctype}
}

// ptr is an address that is not followed: an output buffer or a struct.
func ptr(name, ctype string) schema.Field { return pt(name, schema.Pointer, ctype) }

// Parameters by kind, where only the name differs.
func pfd(name string) schema.Field      { return p(name, schema.FD) }
func ppath(name string) schema.Field    { return p(name, schema.Path) }
func pstr(name string) schema.Field     { return p(name, schema.String) }
func pint(name string) schema.Field     { return p(name, schema.Int) }
func puint(name string) schema.Field    { return p(name, schema.Uint) }
func pulong(name string) schema.Field   { return p(name, schema.Ulong) }
func psize(name string) schema.Field    { return p(name, schema.Size) }
func poff(name string) schema.Field     { return p(name, schema.Off) }
func ppid(name string) schema.Field     { return p(name, schema.PID) }
func puid(name string) schema.Field     { return p(name, schema.UID) }
func pgid(name string) schema.Field     { return p(name, schema.GID) }
func paddr(name string) schema.Field    { return ptr(name, "void*") }
func pflags(k schema.Kind) schema.Field { return p("flags", k) }

// Parameters that many calls share.
var (
	fd       = pfd("fd")
	dirfd    = pfd("dirfd")
	sockfd   = pfd("sockfd")
	pathname = ppath("pathname")
	path     = ppath("path")
	oldpath  = ppath("oldpath")
	newpath  = ppath("newpath")
	mode     = p("mode", schema.Mode)
	pid      = ppid("pid")
	sig      = p("sig", schema.Signal)
	buf      = paddr("buf")
	count    = psize("count")
	length   = psize("length")
	size     = psize("size")
	plen     = psize("len")
	addr     = paddr("addr")
	iov      = ptr("iov", "const struct iovec*")
	sockaddr = p("addr", schema.Sockaddr)
	owner    = puid("owner")
	group    = pgid("group")
	sigsize  = psize("sigsetsize")
	clockid  = p("clockid", schema.ClockID)
	statbuf  = ptr("statbuf", "struct stat*")
)

// Sets that many calls share.
var (
	fs          = sets{schema.FS}
	fsAttr      = sets{schema.FS, schema.FSFileAttr}
	fsFile      = sets{schema.FS, schema.FSFileOps}
	fsRW        = sets{schema.FS, schema.FSReadWrite}
	fsMux       = sets{schema.FS, schema.FSMuxIO}
	fsDir       = sets{schema.FS, schema.FSDirOps}
	fsLink      = sets{schema.FS, schema.FSLinkOps}
	fsFD        = sets{schema.FS, schema.FSFDOps}
	fsSync      = sets{schema.FS, schema.FSSync}
	fsAIO       = sets{schema.FS, schema.FSAsyncIO}
	fsMonitor   = sets{schema.FS, schema.FSMonitor}
	fsInfo      = sets{schema.FS, schema.FSInfo}
	proc        = sets{schema.Proc}
	procIDs     = sets{schema.Proc, schema.ProcIDs}
	procMem     = sets{schema.Proc, schema.ProcMem}
	procSched   = sets{schema.Proc, schema.ProcSched}
	procLife    = sets{schema.Proc, schema.ProcLife}
	system      = sets{schema.System}
	sysModule   = sets{schema.System, schema.SystemModule}
	sysNuma     = sets{schema.System, schema.SystemNuma}
	sysKeys     = sets{schema.System, schema.SystemKeys}
	ipcMsgQ     = sets{schema.IPC, schema.IPCMsgQ}
	ipcPipe     = sets{schema.IPC, schema.IPCPipe}
	ipcShm      = sets{schema.IPC, schema.IPCShm}
	ipcSem      = sets{schema.IPC, schema.IPCSem}
	ipcFutex    = sets{schema.IPC, schema.IPCFutex}
	net         = sets{schema.Net}
	netSock     = sets{schema.Net, schema.NetSock}
	netData     = sets{schema.Net, schema.NetSndRcv}
	timeTimer   = sets{schema.Time, schema.TimeTimer}
	timeClock   = sets{schema.Time, schema.TimeClock}
	timeTOD     = sets{schema.Time, schema.TimeTOD}
	signals     = sets{schema.Signals}
	procAndFS   = sets{schema.Proc, schema.FS}
	dfFS        = sets{schema.Default, schema.FS}
	dfFSAttr    = sets{schema.Default, schema.FS, schema.FSFileAttr}
	dfFSFile    = sets{schema.Default, schema.FS, schema.FSFileOps}
	dfFSDir     = sets{schema.Default, schema.FS, schema.FSDirOps}
	dfFSLink    = sets{schema.Default, schema.FS, schema.FSLinkOps}
	dfFSFD      = sets{schema.Default, schema.FS, schema.FSFDOps}
	dfProc      = sets{schema.Default, schema.Proc}
	dfProcIDs   = sets{schema.Default, schema.Proc, schema.ProcIDs}
	dfProcMem   = sets{schema.Default, schema.Proc, schema.ProcMem}
	dfProcLife  = sets{schema.Default, schema.Proc, schema.ProcLife}
	dfSystem    = sets{schema.Default, schema.System}
	dfSysModule = sets{schema.Default, schema.System, schema.SystemModule}
	dfNetSock   = sets{schema.Default, schema.Net, schema.NetSock}
	dfSignals   = sets{schema.Default, schema.Signals}
)
