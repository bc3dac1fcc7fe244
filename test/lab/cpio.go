package lab

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
)

//go:embed guest/init
var guestInit []byte

// cpioEntry is one entry of a cpio archive in the "newc" form, the one the
// kernel unpacks as its first root.
type cpioEntry struct {
	name         string
	mode         uint32 // type and permissions, as in struct stat
	data         []byte
	major, minor uint32 // of a device
}

const (
	cpioFolder  = 0o040000
	cpioRegular = 0o100000
	cpioChar    = 0o020000
)

// writeCPIO writes the archive, trailer included. Everything belongs to root
// and carries no time, so equal input gives equal bytes.
func writeCPIO(w io.Writer, entries []cpioEntry) error {
	var b bytes.Buffer
	pad := func() {
		for b.Len()%4 != 0 {
			b.WriteByte(0)
		}
	}
	for i, e := range append(entries[:len(entries):len(entries)], cpioEntry{name: "TRAILER!!!"}) {
		if e.name == "" || len(e.data) >= 1<<32 {
			return fmt.Errorf("write cpio: entry %d does not fit the format", i)
		}
		fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			i+1, e.mode, 0, 0, 1, 0, len(e.data), 0, 0, e.major, e.minor, len(e.name)+1, 0)
		b.WriteString(e.name)
		b.WriteByte(0)
		pad()
		b.Write(e.data)
		pad()
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeInitrd writes the first root of every machine: busybox and guest/init.
func writeInitrd(t *tools, path string) error {
	busybox, err := os.ReadFile(t.busybox())
	if err != nil {
		return fmt.Errorf("read busybox: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = writeCPIO(f, []cpioEntry{
		{name: "bin", mode: cpioFolder | 0o755},
		{name: "dev", mode: cpioFolder | 0o755},
		{name: "dev/console", mode: cpioChar | 0o600, major: 5, minor: 1},
		{name: "bin/busybox", mode: cpioRegular | 0o755, data: busybox},
		{name: "init", mode: cpioRegular | 0o755, data: guestInit},
	})
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
