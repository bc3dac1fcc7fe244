package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readCPIO is an independent reading of the newc form as the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst describes it.
func readCPIO(r io.Reader) ([]cpioEntry, error) {
	all, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var entries []cpioEntry
	for pos := 0; ; {
		if len(all) < pos+110 || string(all[pos:pos+6]) != "070701" {
			return nil, fmt.Errorf("no header at %d", pos)
		}
		var field [13]int
		for i := range field {
			v, err := strconv.ParseUint(string(all[pos+6+8*i:pos+14+8*i]), 16, 32)
			if err != nil {
				return nil, err
			}
			field[i] = int(v)
		}
		size, nameSize := field[6], field[11]
		name := all[pos+110 : pos+110+nameSize]
		if name[nameSize-1] != 0 {
			return nil, errors.New("name without end")
		}
		e := cpioEntry{name: string(name[:nameSize-1]), mode: uint32(field[1]), major: uint32(field[9]), minor: uint32(field[10])}
		pos = (pos + 110 + nameSize + 3) &^ 3
		if size > 0 {
			e.data = all[pos : pos+size]
		}
		pos = (pos + size + 3) &^ 3
		if e.name == "TRAILER!!!" {
			if pos != len(all) {
				return nil, fmt.Errorf("%d bytes after the trailer", len(all)-pos)
			}
			return entries, nil
		}
		entries = append(entries, e)
	}
}

func TestCPIORoundTrip(t *testing.T) {
	entries := []cpioEntry{
		{name: "bin", mode: cpioFolder | 0o755},
		{name: "dev/console", mode: cpioChar | 0o600, major: 5, minor: 1},
		{name: "empty", mode: cpioRegular | 0o644},
	}
	for n := 1; n <= 5; n++ { // every padding of name and data
		entries = append(entries, cpioEntry{
			name: string(bytes.Repeat([]byte{'n'}, n)), mode: cpioRegular | 0o755, data: bytes.Repeat([]byte{0, 0xff}, n),
		}, cpioEntry{name: "odd" + strconv.Itoa(n), mode: cpioRegular, data: make([]byte, n)})
	}
	var b bytes.Buffer
	if err := writeCPIO(&b, entries); err != nil {
		t.Fatal(err)
	}
	got, err := readCPIO(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(entries, got, cmp.AllowUnexported(cpioEntry{})); diff != "" {
		t.Errorf("entries (-written +read):\n%s", diff)
	}
}

func TestCPIONameless(t *testing.T) {
	if err := writeCPIO(io.Discard, []cpioEntry{{}}); err == nil {
		t.Error("no error for an entry without a name")
	}
}
