package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// netEvents tell of sockets.
var netEvents = []schema.Event{
	{
		ID: 726, Name: "security_socket_connect",
		Doc:      "A socket is connected to an address of family AF_UNIX, AF_INET or AF_INET6. returnValue is the verdict.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.Net, schema.NetSock},
		Programs: []schema.Program{{Name: "security_socket_connect", Hook: "fexit security_socket_connect", Function: "security_socket_connect"}},
		Fields: []schema.Field{
			{Name: "sockfd", Kind: schema.FD, Doc: "descriptor, when connect(2) is the caller; else absent"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "the address"},
		},
	},
	{
		ID: 739, Name: "socket_dup",
		Doc: "dup, dup2 or dup3 copied the descriptor of a connected socket.",
		Programs: []schema.Program{
			{Name: "socket_dup_dup", Hook: "fexit dup", Function: "dup", Syscall: true},
			{Name: "socket_dup_dup2", Hook: "fexit dup2", Function: "dup2", Syscall: true},
			{Name: "socket_dup_dup3", Hook: "fexit dup3", Function: "dup3", Syscall: true},
		},
		Fields: []schema.Field{
			{Name: "oldfd", Kind: schema.FD, Doc: "descriptor copied"},
			{Name: "newfd", Kind: schema.FD, Doc: "the copy"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "peer of the socket"},
		},
	},
}
