package schema

// The kernel's numbers and their names, from its uapi headers. Tables only.

var signals = names{}

var socketDomains = names{0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6"}

var socketTypes = names{1: "SOCK_STREAM", 2: "SOCK_DGRAM"}

var socketTypeBits = bits{{0o4000, "SOCK_NONBLOCK"}, {0o2000000, "SOCK_CLOEXEC"}}

var accessBits = bits{{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"}}

var protBits = bits{{1, "PROT_READ"}, {2, "PROT_WRITE"}, {4, "PROT_EXEC"}}

var mmapTypes = names{1: "MAP_SHARED", 2: "MAP_PRIVATE", 3: "MAP_SHARED_VALIDATE"}

var mmapBits = bits{}

var ptraceRequests = names{0: "PTRACE_TRACEME"}

var prctlOptions = names{}

var cloneBits = bits{}

var atBits = bits{}

var capabilities = names{}

var bpfCommands = names{}

var mountBits = bits{}

var errnos = map[int64]string{}
