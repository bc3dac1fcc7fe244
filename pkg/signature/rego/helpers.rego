# What every signature may import as data.tracee.helpers.
package tracee.helpers

# The value of an argument of the event; undefined when the event does not
# carry it.
get_tracee_argument(name) := [argument.value |
	some argument in input.args
	argument.name == name
][0]

# Open flags that let the file be written. They come as names
# ("O_WRONLY|O_CREAT") or as a number.
is_file_write(flags) if {
	not is_path_only(flags)
	access_mode(flags) in {"O_WRONLY", "O_RDWR"}
}

# Open flags that let the file be read.
is_file_read(flags) if {
	not is_path_only(flags)
	access_mode(flags) in {"O_RDONLY", "O_RDWR"}
}

# The first bytes of a file, as base64, are those of an ELF file.
is_elf_file(base64_bytes) if startswith(hex.encode(base64.decode(base64_bytes)), "7f454c46")

# The two lowest bits are a number and O_RDONLY is 0, so that flags without
# any name of a mode ("", "O_LARGEFILE") mean reading.
access_mode(flags) := mode if {
	is_number(flags)
	mode := ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][bits.and(flags, 3)]
}

access_mode(flags) := mode if {
	is_string(flags)
	named := words(flags) & {"O_WRONLY", "O_RDWR", "O_ACCMODE"}
	mode := [m | some m in ["O_ACCMODE", "O_RDWR", "O_WRONLY", "O_RDONLY"]; m in (named | {"O_RDONLY"})][0]
}

# A descriptor that only names the file.
is_path_only(flags) if {
	is_number(flags)
	bits.and(flags, 2097152) != 0 # O_PATH, the same on every architecture
}

is_path_only(flags) if {
	is_string(flags)
	"O_PATH" in words(flags)
}

words(flags) := {trim_space(word) | some word in split(flags, "|")}
