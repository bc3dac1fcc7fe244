package schema

var openBitsArch = bits{
	{0o20200000, "O_TMPFILE"}, {0o40000, "O_DIRECT"}, {0o100000, "O_LARGEFILE"}, {0o200000, "O_DIRECTORY"}, {0o400000, "O_NOFOLLOW"},
}
