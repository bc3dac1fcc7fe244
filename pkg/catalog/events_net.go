package catalog

import "github.com/tracehound/tracehound/pkg/schema"

var socketSets = []schema.Set{schema.Default, schema.LSMHooks, schema.Net, schema.NetSock}

// socketHook is the program of an event that is a security hook of sockets.
func socketHook(name string) []schema.Program {
	return []schema.Program{{Name: name, Hook: "fexit " + name, Function: name}}
}

// sockfd is absent when an i386 call or io_uring is the caller.
var sockfdField = schema.Field{Name: "sockfd", Kind: schema.FD, Doc: "descriptor that the system call named; absent when it is an i386 one or io_uring's"}

// netEvents tell of sockets.
var netEvents = []schema.Event{
	{
		ID: 724, Name: "security_socket_create",
		Doc:      "A socket is made. returnValue is the verdict.",
		Sets:     socketSets,
		Programs: socketHook("security_socket_create"),
		Fields: []schema.Field{
			{Name: "family", Kind: schema.SocketDomain, Doc: "family of protocols"},
			{Name: "type", Kind: schema.SocketType, Doc: "type of socket, without flags"},
			{Name: "protocol", Kind: schema.Int, Doc: "protocol of the family; 0 is its usual one"},
			{Name: "kern", Kind: schema.Int, Doc: "1 when the kernel makes it for itself"},
		},
	},
	{
		ID: 725, Name: "security_socket_listen",
		Doc:      "A socket begins to listen. returnValue is the verdict.",
		Sets:     socketSets,
		Programs: socketHook("security_socket_listen"),
		Fields: []schema.Field{
			sockfdField,
			{Name: "local_addr", Kind: schema.Sockaddr, Doc: "the socket's own address"},
			{Name: "backlog", Kind: schema.Int, Doc: "length of the queue, at most net.core.somaxconn"},
		},
	},
	{
		ID: 726, Name: "security_socket_connect",
		Doc:  "A socket of any family is connected to an address, or TCP Fast Open sends to one. returnValue is the verdict.",
		Sets: socketSets,
		Programs: append(socketHook("security_socket_connect"),
			schema.Program{Name: "connect_fastopen", Hook: "fentry __inet_stream_connect", Function: "__inet_stream_connect"}),
		Fields: []schema.Field{
			sockfdField,
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "the address"},
		},
	},
	{
		ID: 727, Name: "security_socket_accept",
		Doc:      "A connection is about to be accepted, or waited for. returnValue is the verdict.",
		Sets:     socketSets,
		Programs: socketHook("security_socket_accept"),
		Fields: []schema.Field{
			sockfdField,
			{Name: "local_addr", Kind: schema.Sockaddr, Doc: "address of the listening socket"},
		},
	},
	{
		ID: 728, Name: "security_socket_bind",
		Doc:      "A socket is given an address. returnValue is the verdict.",
		Sets:     socketSets,
		Programs: socketHook("security_socket_bind"),
		Fields: []schema.Field{
			sockfdField,
			{Name: "local_addr", Kind: schema.Sockaddr, Doc: "the address asked for"},
		},
	},
	{
		ID: 729, Name: "security_socket_setsockopt",
		Doc:      "An option of a socket is set. returnValue is the verdict.",
		Sets:     socketSets,
		Programs: socketHook("security_socket_setsockopt"),
		Fields: []schema.Field{
			sockfdField,
			{Name: "level", Kind: schema.SocketLevel, Doc: "protocol that the option belongs to"},
			{Name: "optname", Kind: schema.SocketOption, Of: "level", Doc: "the option"},
			{Name: "local_addr", Kind: schema.Sockaddr, Doc: "the socket's own address"},
		},
	},
	{
		ID: 739, Name: "socket_dup",
		Doc: "dup, dup2, dup3 or fcntl copied the descriptor of a socket.",
		Programs: []schema.Program{
			{Name: "socket_dup_dup", Hook: "fexit dup", Function: "dup", Syscall: true},
			{Name: "socket_dup_dup2", Hook: "fexit dup2", Function: "dup2", Syscall: true},
			{Name: "socket_dup_dup3", Hook: "fexit dup3", Function: "dup3", Syscall: true},
			{Name: "socket_dup_fcntl", Hook: "fexit f_dupfd", Function: "f_dupfd"},
			{Name: "socket_dup_i386_dup", Hook: "fexit __ia32_sys_dup", Function: "__ia32_sys_dup"},
			{Name: "socket_dup_i386_dup2", Hook: "fexit __ia32_sys_dup2", Function: "__ia32_sys_dup2"},
			{Name: "socket_dup_i386_dup3", Hook: "fexit __ia32_sys_dup3", Function: "__ia32_sys_dup3"},
		},
		Fields: []schema.Field{
			{Name: "oldfd", Kind: schema.FD, Doc: "descriptor copied"},
			{Name: "newfd", Kind: schema.FD, Doc: "the copy"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "peer of the socket; absent when it has none"},
		},
	},
	{
		ID: 753, Name: "socket_accept",
		Doc:      "A connection was accepted.",
		Programs: []schema.Program{{Name: "socket_accept", Hook: "fexit do_accept", Function: "do_accept"}},
		Fields: []schema.Field{
			sockfdField,
			{Name: "local_addr", Kind: schema.Sockaddr, Doc: "the connection's own address"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "its peer's"},
		},
	},
	{
		ID: 9050, Name: "io_uring_submit",
		Doc:  "io_uring took a request, which no system call tells of. What the kernel refuses to prepare is none.",
		Sets: []schema.Set{schema.FS, schema.FSAsyncIO},
		Programs: []schema.Program{{
			Name: "io_uring_submit_req", Hook: "tracepoint io_uring_submit_req",
			Instead: []schema.Program{{Name: "io_uring_submit_sqe", Hook: "tracepoint io_uring_submit_sqe"}},
		}},
		Fields: []schema.Field{
			{Name: "opcode", Kind: schema.IoUringOp, Doc: "the operation"},
			{Name: "fd", Kind: schema.FD, Doc: "descriptor of the file, an index when flags say IOSQE_FIXED_FILE, or the folder of pathname (of SYMLINKAT, of new_pathname)"},
			{Name: "flags", Kind: schema.IoUringFlags, Doc: "how it is run; kernels add IOSQE_ASYNC to what they give to a worker thread on their own"},
			{Name: "user_data", Kind: schema.Ulong, Doc: "what the program knows it by"},
			{Name: "pathname", Kind: schema.Path, Doc: "file name as the program gave it; of SYMLINKAT, what the link says"},
			{Name: "new_pathname", Kind: schema.Path, Doc: "the other file name of RENAMEAT, LINKAT and SYMLINKAT"},
			{Name: "addr", Kind: schema.Sockaddr, Doc: "address of CONNECT and of sending to somebody; that of BIND and what CONNECT then does, the events of their hooks tell"},
			{Name: "sq_thread", Kind: schema.Bool, Doc: "taken by a thread of the ring's maker that polls for requests: whoever shares the ring may have made it"},
		},
	},
}
