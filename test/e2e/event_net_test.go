//go:build lab

package e2e

import "fmt"

const (
	reversed = `{"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"4444"}`
	unnamed  = `{"sa_family":"AF_INET","sin_addr":"0.0.0.0","sin_port":"0"}`
	netSock  = `{"sa_family":"AF_UNIX","sun_path":"/tmp/net.sock"}`
)

func inet(port int) string {
	return fmt.Sprintf(`{"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"%d"}`, port)
}

func inet6(port int) string {
	return fmt.Sprintf(`{"sa_family":"AF_INET6","sin6_addr":"::1","sin6_flowinfo":"0","sin6_port":"%d","sin6_scopeid":"0"}`, port)
}

// What the programs of attack/net.c do.
var netCases = []emitted{
	{
		event: "security_socket_connect", command: "attack reverse 4444",
		args: map[string]string{"sockfd": "3", "remote_addr": reversed, "returnValue": "0"},
	},
	{
		event: "socket_dup", command: "attack reverse 4444",
		args: map[string]string{"oldfd": "3", "newfd": `0`, "remote_addr": reversed, "returnValue": "0"},
	},
	{
		event: "security_socket_create", command: "net tcp 5001",
		args: map[string]string{"family": `"AF_INET"`, "type": `"SOCK_STREAM"`, "protocol": "6", "kern": "0", "returnValue": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "net tcp 5003",
		args: map[string]string{"sockfd": "3", "level": `"SOL_SOCKET"`, "optname": `"SO_REUSEADDR"`, "local_addr": unnamed, "returnValue": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "net tcp 5005",
		args: map[string]string{"sockfd": "3", "level": `"SOL_TCP"`, "optname": `"TCP_NODELAY"`, "local_addr": inet(5005), "returnValue": "0"},
	},
	{
		event: "security_socket_bind", command: "net tcp 5007",
		args: map[string]string{"sockfd": "4", "local_addr": inet(5008), "returnValue": "0"},
	},
	{
		event: "security_socket_listen", command: "net tcp 5009",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5009), "backlog": "7", "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net tcp 5011",
		args: map[string]string{"sockfd": "4", "remote_addr": inet(5011), "returnValue": "0"},
	},
	{
		event: "security_socket_accept", command: "net tcp 5013",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5013), "returnValue": "0"},
	},
	{
		event: "socket_accept", command: "net tcp 5015",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5015), "remote_addr": inet(5016), "returnValue": "0"},
	},
	// Each way to copy a descriptor, and one without a peer.
	{event: "socket_dup", command: "net tcp 5017", args: copied("4", "6", inet(5017))},
	{event: "socket_dup", command: "net tcp 5019", args: copied("4", "18", inet(5019))},
	{event: "socket_dup", command: "net tcp 5021", args: copied("4", "19", inet(5021))},
	{event: "socket_dup", command: "net tcp 5023", args: copied("4", "20", inet(5023))},
	{event: "socket_dup", command: "net tcp 5025", args: copied("4", "21", inet(5025))},
	{
		event: "socket_dup", command: "net tcp 5027",
		args:   map[string]string{"oldfd": "3", "newfd": "22", "returnValue": "0"},
		absent: []string{"remote_addr"},
	},

	{
		event: "security_socket_bind", command: "net tcp6 5029",
		args: map[string]string{"sockfd": "4", "local_addr": `{"sa_family":"AF_INET6","sin6_addr":"::1","sin6_flowinfo":"7","sin6_port":"5030","sin6_scopeid":"0"}`, "returnValue": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "net tcp6 5031",
		args: map[string]string{"sockfd": "3", "level": `"SOL_IPV6"`, "optname": `"IPV6_V6ONLY"`, "local_addr": `{"sa_family":"AF_INET6","sin6_addr":"::","sin6_flowinfo":"0","sin6_port":"0","sin6_scopeid":"0"}`, "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net tcp6 5033",
		args: map[string]string{"sockfd": "4", "remote_addr": inet6(5033), "returnValue": "0"},
	},
	{
		event: "socket_accept", command: "net tcp6 5035",
		args: map[string]string{"sockfd": "3", "local_addr": inet6(5035), "remote_addr": inet6(5036), "returnValue": "0"},
	},
	{event: "socket_dup", command: "net tcp6 5037", args: copied("4", "20", inet6(5037))},

	{
		event: "security_socket_bind", command: "net unix",
		args: map[string]string{"sockfd": "4", "local_addr": `{"sa_family":"AF_UNIX","sun_path":"@net-client"}`, "returnValue": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "net unix",
		args: map[string]string{"sockfd": "3", "level": `"SOL_SOCKET"`, "optname": `"SO_PASSCRED"`, "local_addr": `{"sa_family":"AF_UNIX","sun_path":""}`, "returnValue": "0"},
	},
	{
		event: "security_socket_listen", command: "net unix",
		args: map[string]string{"sockfd": "3", "local_addr": netSock, "backlog": "9", "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net unix",
		args: map[string]string{"sockfd": "4", "remote_addr": netSock, "returnValue": "0"},
	},
	{
		event: "socket_accept", command: "net unix",
		args: map[string]string{"sockfd": "3", "local_addr": netSock, "remote_addr": `{"sa_family":"AF_UNIX","sun_path":"@net-client"}`, "returnValue": "0"},
	},
	{event: "socket_dup", command: "net unix", args: copied("4", "20", netSock)},

	// Addresses of every other family.
	{event: "security_socket_bind", command: "net families", args: bound(`{"nl_groups":"1","nl_pid":"1337","sa_family":"AF_NETLINK"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"sa_family":"AF_PACKET","sll_addr":"02:42:ac:11:00:02",` +
		`"sll_halen":"6","sll_hatype":"772","sll_ifindex":"1","sll_pkttype":"0","sll_protocol":"3"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"sa_family":"AF_VSOCK","svm_cid":"2","svm_flags":"0","svm_port":"5000"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"sa_family":"AF_ALG","salg_feat":"0","salg_mask":"0","salg_name":"cbc(aes)","salg_type":"skcipher"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"sa_family":"AF_XDP","sxdp_flags":"0","sxdp_ifindex":"1","sxdp_queue_id":"2","sxdp_shared_umem_fd":"0"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"addrtype":"2","domain":"0","instance":"17","sa_family":"AF_TIPC","scope":"1","type":"18888"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"rc_bdaddr":"01:02:03:04:05:06","rc_channel":"7","sa_family":"AF_BLUETOOTH"}`)},
	{event: "security_socket_bind", command: "net families", args: bound(`{"sa_data":"010203","sa_family":"250"}`)},
	{
		event: "security_socket_connect", command: "net families",
		args: map[string]string{"sockfd": "3", "remote_addr": `{"sa_family":"AF_UNSPEC"}`, "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net families", // with one byte for an address
		args:   map[string]string{"sockfd": "3", "processName": `"net"`, "returnValue": "0"},
		absent: []string{"remote_addr"},
	},

	// Sending that connects.
	{
		event: "security_socket_connect", command: "net fastopen 5041",
		args: map[string]string{"sockfd": "4", "remote_addr": inet(5041), "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net fastopen 5043", // by sendmsg
		args: map[string]string{"sockfd": "5", "remote_addr": inet6(5044), "returnValue": "0"},
	},
	{
		event: "security_socket_connect", command: "net fastopen 5045", // connect(2), which sends nothing yet
		args: map[string]string{"sockfd": "6", "remote_addr": inet(5045), "returnValue": "0"},
	},

	// By i386 calls: those of socketcall, and those with a number of their own.
	{
		event: "security_socket_create", command: "net i386 5051",
		args: map[string]string{"family": `"AF_INET"`, "type": `"SOCK_STREAM"`, "protocol": "6", "kern": "0", "returnValue": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "net i386 5055",
		args:   map[string]string{"level": `"SOL_SOCKET"`, "optname": `"SO_REUSEPORT"`, "local_addr": unnamed, "returnValue": "0"},
		absent: []string{"sockfd"},
	},
	{
		event: "security_socket_bind", command: "net i386 5059",
		args: map[string]string{"local_addr": inet(5059), "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "security_socket_bind", command: "net i386 5063",
		args: map[string]string{"local_addr": inet(5065), "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "security_socket_listen", command: "net i386 5067",
		args: map[string]string{"local_addr": inet(5067), "backlog": "11", "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "security_socket_connect", command: "net i386 5071",
		args: map[string]string{"remote_addr": inet(5071), "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "security_socket_accept", command: "net i386 5075",
		args: map[string]string{"local_addr": inet(5075), "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "socket_accept", command: "net i386 5079",
		args:   map[string]string{"local_addr": inet(5079), "remote_addr": inet(5080), "returnValue": "0"},
		absent: []string{"sockfd"},
	},
	{event: "socket_dup", command: "net i386 5083", args: copied("4", "6", inet(5083))},
	{event: "socket_dup", command: "net i386 5087", args: copied("4", "30", inet(5087))},
	{event: "socket_dup", command: "net i386 5091", args: copied("4", "31", inet(5091))},
	{event: "socket_dup", command: "net i386 5095", args: copied("4", "32", inet(5095))},
	{event: "socket_dup", command: "net i386 5099", args: copied("4", "33", inet(5099))},
}

func copied(oldfd, newfd, peer string) map[string]string {
	return map[string]string{"oldfd": oldfd, "newfd": newfd, "remote_addr": peer, "returnValue": "0"}
}

func bound(address string) map[string]string {
	return map[string]string{"sockfd": "3", "local_addr": address, "returnValue": "0"}
}
