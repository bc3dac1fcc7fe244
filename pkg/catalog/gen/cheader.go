package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

const notice = "Made by `make generate` from pkg/catalog. Do not edit."

// eventsHeader writes bpf/gen/events.h: the ids and one typed setter per field
// of every event that a BPF program submits by hand. System calls are read by
// table, so they have no setters.
func eventsHeader() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */\n/* %s */\n#pragma once\n\n#include \"../lib/record.h\"\n\n", notice)
	b.WriteString("enum event {\n")
	eachKernelEvent(func(e *schema.Event) {
		fmt.Fprintf(&b, "\tEVENT_%s = %d,\n", strings.ToUpper(e.Name), e.ID)
	})
	b.WriteString("};\n\nenum encoding {\n")
	for _, enc := range encodings {
		fmt.Fprintf(&b, "\tENCODING_%s = %d,\n", enc.name, enc.enc)
	}
	b.WriteString("};\n")
	eachKernelEvent(func(e *schema.Event) {
		fmt.Fprintf(&b, "\n/* %s */\n", e.Name)
		for i, f := range e.Fields {
			writeSetter(&b, e, i, f)
		}
	})
	return b.Bytes()
}

func eachKernelEvent(do func(*schema.Event)) {
	all := catalog.Events()
	for i := range all {
		if all[i].Syscall == nil && len(all[i].Programs) > 0 {
			do(&all[i])
		}
	}
}

// encodings names each encoding in C; arg is the C type a setter takes, put the
// function of record.h that writes it. put_X also has a put_X_user where user
// is set.
var encodings = []struct {
	enc       schema.Encoding
	name, arg string
	put       string
}{
	{schema.EncI32, "I32", "s32 v", "put_i32(s, %d, v)"},
	{schema.EncU32, "U32", "u32 v", "put_u32(s, %d, v)"},
	{schema.EncI64, "I64", "s64 v", "put_i64(s, %d, v)"},
	{schema.EncU64, "U64", "u64 v", "put_u64(s, %d, v)"},
	{schema.EncU16, "U16", "u16 v", "put_u16(s, %d, v)"},
	{schema.EncBool, "BOOL", "bool v", "put_bool(s, %d, v)"},
	{schema.EncString, "STRING", "const void *from", "put_string(s, %d, from)"},
	{schema.EncStrings, "STRINGS", "u64 start, u64 end", "put_strings_block(s, %d, start, end)"},
	{schema.EncBytes, "BYTES", "const void *from, u64 len", "put_bytes(s, %d, from, len)"},
	{schema.EncSockaddr, "SOCKADDR", "const void *from, u32 len", "put_sockaddr(s, %d, from, len)"},
	{schema.EncI32Pair, "I32_PAIR", "const void *from", "put_pair_user(s, %d, from)"},
	{schema.EncOpenHow, "OPEN_HOW", "const void *from", "put_open_how_user(s, %d, from)"},
	{schema.EncCred, "CRED", "const struct slim_cred *cred", "put_cred(s, %d, cred)"},
	{schema.EncHooks, "HOOKS", "const u64 *addresses, u32 count", "put_hooks(s, %d, addresses, count)"},
}

func writeSetter(b *bytes.Buffer, e *schema.Event, index int, f schema.Field) {
	enc := f.Kind.Info().InRecord()
	if f.Kind == schema.FD {
		setter(b, e.Name+"__"+f.Name, "s32 v", fmt.Sprintf("put_fd(s, %d, v)", index))
		return
	}
	for _, row := range encodings {
		if row.enc == enc {
			setter(b, e.Name+"__"+f.Name, row.arg, fmt.Sprintf(row.put, index))
		}
	}
	if enc == schema.EncString {
		setter(b, e.Name+"__"+f.Name+"_user", "const void *from", fmt.Sprintf("put_string_user(s, %d, from)", index))
	}
	if enc == schema.EncStrings {
		setter(b, e.Name+"__"+f.Name+"_user", "const u64 *list", fmt.Sprintf("put_strings_user(s, %d, list)", index))
		setter(b, e.Name+"__"+f.Name+"_kernel", "const u64 *list", fmt.Sprintf("put_strings_kernel(s, %d, list)", index))
	}
	if enc == schema.EncBytes {
		setter(b, e.Name+"__"+f.Name+"_user", "const void *from, u64 len", fmt.Sprintf("put_bytes_user(s, %d, from, len)", index))
	}
	if enc == schema.EncSockaddr {
		setter(b, e.Name+"__"+f.Name+"_user", "const void *from, u32 len", fmt.Sprintf("put_sockaddr_of(s, %d, from, true, len)", index))
	}
	if f.Kind == schema.Path {
		setter(b, e.Name+"__"+f.Name+"_path", "struct path *path", fmt.Sprintf("put_path(s, %d, path)", index))
		setter(b, e.Name+"__"+f.Name+"_in", "struct path *dir, struct dentry *dentry", fmt.Sprintf("put_path_in(s, %d, dir, dentry)", index))
		setter(b, e.Name+"__"+f.Name+"_dentry", "struct dentry *dentry", fmt.Sprintf("put_dentry(s, %d, dentry)", index))
	}
}

func setter(b *bytes.Buffer, name, arg, call string) {
	fmt.Fprintf(b, "static __always_inline void %s(struct scratch *s, %s)\n{\n\t%s;\n}\n", name, arg, call)
}
