//go:build lab

package e2e

const reversed = `{"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"4444"}`

var netCases = []emitted{
	{
		event: "security_socket_connect", command: "attack reverse 4444",
		args: map[string]string{"sockfd": "3", "remote_addr": reversed, "returnValue": "0"},
	},
	{
		event: "socket_dup", command: "attack reverse 4444",
		args: map[string]string{"oldfd": "3", "newfd": `0`, "remote_addr": reversed, "returnValue": "0"},
	},
}
