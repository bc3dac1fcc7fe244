package main

import (
	"bytes"
	"fmt"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// syscallsHeader writes bpf/gen/syscalls.h: the native calls of each
// architecture as a list of X(name, number), from which the BPF side makes one
// program per call.
func syscallsHeader() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */\n/* %s */\n#pragma once\n\n", notice)
	b.WriteString("#if defined(__TARGET_ARCH_x86)\n")
	syscallList(&b, catalog.Syscalls("amd64"))
	b.WriteString("#elif defined(__TARGET_ARCH_arm64)\n")
	syscallList(&b, catalog.Syscalls("arm64"))
	b.WriteString("#endif\n")
	return b.Bytes()
}

func syscallList(b *bytes.Buffer, all []schema.Event) {
	b.WriteString("#define SYSCALLS(X)")
	for i := range all {
		if all[i].ID != schema.None {
			fmt.Fprintf(b, " \\\n\tX(%s, %d)", all[i].Name, all[i].ID)
		}
	}
	b.WriteString("\n\nenum syscall {\n")
	for i := range all {
		if all[i].ID != schema.None {
			fmt.Fprintf(b, "\tNR_%s = %d,\n", all[i].Name, all[i].ID)
		}
	}
	b.WriteString("};\n")
}
