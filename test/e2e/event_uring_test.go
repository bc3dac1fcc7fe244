//go:build lab

package e2e

import "strconv"

// What the programs of attack/uring.c ask io_uring for.
var uringCases = []emitted{
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1001, "OPENAT", "3", "flags", forced, "pathname", `"a"`), absent: noAddress},
	{
		event: "io_uring_submit", command: "uring files",
		args: uringRequest(1002, "WRITE", "5", "flags", `"IOSQE_ASYNC"`), absent: noPath,
	},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1003, "STATX", "-100", "flags", forced, "pathname", `"/tmp/uring/a"`), absent: noAddress},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1004, "CLOSE", "5"), absent: noPath},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1005, "OPENAT2", "-100", "pathname", `"/tmp/uring/a"`), absent: noAddress},
	{
		event: "io_uring_submit", command: "uring files",
		args: uringRequest(1006, "RENAMEAT", "-100", "flags", forced, "pathname", `"/tmp/uring/a"`, "new_pathname", `"/tmp/uring/b"`), absent: []string{"addr"},
	},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1007, "UNLINKAT", "-100", "flags", forced, "pathname", `"/tmp/uring/b"`), absent: noAddress},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1008, "NOP", ""), absent: append([]string{"fd"}, noPath...)},
	{event: "io_uring_submit", command: "uring files", args: uringRequest(1009, "EPOLL_CTL", "8"), absent: noPath},
	{
		event: "io_uring_submit", command: "uring sockets 6001",
		args: uringRequest(1001, "CONNECT", "4", "addr", inet(6001)), absent: []string{"pathname", "new_pathname"},
	},
	{event: "io_uring_submit", command: "uring sockets 6005", args: uringRequest(1002, "ACCEPT", "5"), absent: noPath},
	{event: "io_uring_submit", command: "uring sockets 6009", args: uringRequest(1003, "SEND", "4"), absent: noPath},
	{
		event: "io_uring_submit", command: "uring sockets 6013",
		args: uringRequest(1004, "SENDMSG", "6", "addr", inet(6015)), absent: []string{"pathname", "new_pathname"},
	},
	{event: "io_uring_submit", command: "uring sockets 6017", args: uringRequest(1005, "SHUTDOWN", "4", "flags", forced), absent: noPath},
	{
		event: "io_uring_submit", command: "uring worker 6021",
		args:   uringRequest(1002, "CONNECT", "0", "addr", inet(6021), "flags", `"IOSQE_FIXED_FILE"`),
		absent: []string{"pathname", "new_pathname"},
	},
	// By the thread that polls: the process is the program's all the same.
	{
		event: "io_uring_submit", command: "uring poll sockets 6025",
		args: uringRequest(1001, "CONNECT", "4", "addr", inet(6025), "sq_thread", "true",
			"processName", `"uring"`, "executable", `"/usr/local/bin/uring"`),
		absent: []string{"pathname", "new_pathname"},
	},

	// Hooks see what io_uring does.
	{
		event: "security_socket_connect", command: "uring sockets 6031",
		args:   map[string]string{"remote_addr": inet(6031), "processName": `"uring"`, "returnValue": "0"},
		absent: []string{"sockfd"},
	},
	{
		event: "security_socket_connect", command: "uring worker 6035",
		args: map[string]string{
			"remote_addr": inet(6035), "processName": `"uring"`, "executable": `"/usr/local/bin/uring"`, "returnValue": "0",
		},
		absent: []string{"sockfd"},
	},
	{
		event: "security_socket_connect", command: "uring poll sockets 6039",
		args:   map[string]string{"remote_addr": inet(6039), "processName": `"uring"`, "returnValue": "0"},
		absent: []string{"sockfd"},
	},
	{
		event: "security_socket_accept", command: "uring sockets 6043",
		args: map[string]string{"local_addr": inet(6043), "returnValue": "0"}, absent: []string{"sockfd"},
	},
	{
		event: "socket_accept", command: "uring sockets 6047",
		args:   map[string]string{"local_addr": inet(6047), "remote_addr": inet(6048), "returnValue": "0"},
		absent: []string{"sockfd"},
	},
}

var (
	noPath    = []string{"pathname", "new_pathname", "addr"}
	noAddress = []string{"new_pathname", "addr"}
)

// forced are the flags of what newer kernels give to a worker thread on their own.
const forced = `~"0"|"IOSQE_ASYNC"`

// uringRequest is the event of a request, with more arguments in pairs.
func uringRequest(data int, op, fd string, more ...string) map[string]string {
	args := map[string]string{
		"opcode": `"IORING_OP_` + op + `"`, "user_data": strconv.Itoa(data), "flags": `"0"`, "sq_thread": "false", "returnValue": "0",
	}
	if fd != "" {
		args["fd"] = fd
	}
	for i := 0; i < len(more); i += 2 {
		args[more[i]] = more[i+1]
	}
	return args
}
