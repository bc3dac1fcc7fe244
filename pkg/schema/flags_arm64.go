package schema

// Numbers that arm64 alone has, or has alone so.

var openBitsArch = bits{
	{0o20040000, "O_TMPFILE"}, {0o200000, "O_DIRECT"}, {0o400000, "O_LARGEFILE"}, {0o40000, "O_DIRECTORY"},
	{0o100000, "O_NOFOLLOW"},
}

var fdBitsArch = bits{{0o200000, "O_DIRECT"}}

var mmapBitsArch bits

var ptraceArch = names{
	31: "PTRACE_SYSEMU", 32: "PTRACE_SYSEMU_SINGLESTEP", 33: "PTRACE_PEEKMTETAGS", 34: "PTRACE_POKEMTETAGS",
}
