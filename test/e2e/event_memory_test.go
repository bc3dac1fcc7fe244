//go:build lab

package e2e

var memoryCases = []emitted{
	{
		event: "mem_prot_alert", command: "files protections",
		args: map[string]string{"alert": `"Mmaped region with W+E permissions!"`, "returnValue": "0", "processName": `"files"`},
	},
	{
		event: "mem_prot_alert", command: ":",
		args: map[string]string{"alert": `"Protection changed from W+E to E!"`, "returnValue": "0", "processName": `"files"`},
	},
	{
		event: "mem_prot_alert", command: ":",
		args: map[string]string{"alert": `"Protection changed from E to W+E!"`, "returnValue": "0", "processName": `"files"`},
	},
	{
		event: "mem_prot_alert", command: ":",
		args: map[string]string{"alert": `"Protection changed to Executable!"`, "returnValue": "0", "processName": `"files"`},
	},
	{
		event: "security_mmap_file", command: "echo some code >code; files mapped code",
		args: map[string]string{
			"pathname": `"/e2e/out/code"`, "flags": `"O_RDONLY|O_LARGEFILE"`, "dev": "$dev code", "inode": "$stat -c %i code",
			"ctime": "$ctime code", "prot": `"PROT_READ|PROT_EXEC"`, "mmap_flags": `"MAP_PRIVATE"`, "syscall": `"mmap"`, "returnValue": "0",
		},
	},
	{
		event: "shared_object_loaded", command: ":",
		args: map[string]string{
			"pathname": `"/e2e/out/code"`, "flags": `"O_RDONLY|O_LARGEFILE"`, "dev": "$dev code", "inode": "$stat -c %i code",
			"ctime": "$ctime code", "returnValue": "0",
		},
	},
	{
		event: "security_file_mprotect", command: ":",
		args: map[string]string{
			"pathname": `"/e2e/out/code"`, "prot": `"PROT_READ|PROT_WRITE|PROT_EXEC"`, "ctime": "$ctime code", "returnValue": "0",
		},
	},
	{ // memory of no file
		event: "security_file_mprotect", command: "files protections", absent: []string{"pathname", "ctime"},
		args: map[string]string{"prot": `"PROT_READ|PROT_EXEC"`, "returnValue": "0", "processName": `"files"`},
	},
	{
		event: "symbols_loaded",
		// The C library by another name: its own is not reported.
		command: "cp $(ls /lib/*/libc.so.6 /usr/lib/*/libc.so.6 2>/dev/null | head -1) preloaded.so; files mapped preloaded.so",
		args: map[string]string{
			"library_path": `"/e2e/out/preloaded.so"`, "symbols": `~\[("[a-z0-9_]+",)*"readdir"(,"[a-z0-9_]+")*\]`, "returnValue": "0",
		},
	},
}
