package lab

import (
	"archive/tar"
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed guest/run
var guestRun []byte

const (
	// labDir is the lab's own folder in a machine, a tmpfs.
	labDir = "/run/lab"
	// outputDiskSize bounds what a machine can hand back; the file is sparse.
	outputDiskSize = 16 << 30
	// outputLimit bounds it once more, in memory here.
	outputLimit = 1 << 30
	// diskUnit keeps a disk's size a whole number of its sectors.
	diskUnit = 1 << 20
)

// mergedPath puts a path into the form it has on a Debian root, where /bin,
// /sbin and /lib* are links into /usr. The result has no leading slash.
func mergedPath(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	first, _, _ := strings.Cut(p, "/")
	switch first {
	case "bin", "sbin", "lib", "lib32", "lib64", "libx32":
		if p != first {
			return "usr/" + p
		}
	}
	return p
}

// tarDisk writes a tar archive that is to be read as a raw disk.
type tarDisk struct {
	file *os.File
	buf  *bufio.Writer
	*tar.Writer
}

// forBusybox puts a header into the one form of long names that busybox reads:
// GNU's, which it does not read with access and change times in it.
func forBusybox(h *tar.Header) *tar.Header {
	h.Format, h.PAXRecords = tar.FormatGNU, nil
	h.AccessTime, h.ChangeTime = time.Time{}, time.Time{}
	return h
}

func createTarDisk(name string) (*tarDisk, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriterSize(f, 1<<20)
	return &tarDisk{f, buf, tar.NewWriter(buf)}, nil
}

func (d *tarDisk) add(name string, mode fs.FileMode, data []byte) error {
	h := &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: int64(mode.Perm()), Size: int64(len(data))}
	if err := d.WriteHeader(forBusybox(h)); err != nil {
		return err
	}
	_, err := d.Write(data)
	return err
}

// close ends the archive and pads the file to whole sectors. It must be
// called once, also after an error.
func (d *tarDisk) close() error {
	err := errors.Join(d.Close(), d.buf.Flush())
	if size, sizeErr := d.file.Seek(0, io.SeekEnd); sizeErr != nil {
		err = errors.Join(err, sizeErr)
	} else {
		err = errors.Join(err, d.file.Truncate((size+diskUnit)/diskUnit*diskUnit))
	}
	return errors.Join(err, d.file.Close())
}

// makeSparse creates an empty file of the given size that takes no space.
func makeSparse(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Close())
}

// writeInput writes the "in" disk: the machine's files, its script and what
// guest/run wants to know.
func writeInput(name string, m *Machine) error {
	d, err := createTarDisk(name)
	if err != nil {
		return err
	}
	err = func() error {
		for _, f := range m.Files {
			if err := d.addFile(f); err != nil {
				return fmt.Errorf("file %s: %w", f.Guest, err)
			}
		}
		own := []struct {
			name string
			mode fs.FileMode
			data []byte
		}{
			{"init", 0o755, guestRun},
			{"script", 0o755, m.script()},
			{"limit", 0o644, []byte(strconv.Itoa(m.guestLimit()) + "\n")},
			{"fetch", 0o644, []byte(strings.Join(append(m.Fetch[:len(m.Fetch):len(m.Fetch)], ""), "\n"))},
		}
		for _, o := range own {
			if err := d.add(strings.TrimPrefix(labDir, "/")+"/"+o.name, o.mode, o.data); err != nil {
				return err
			}
		}
		return nil
	}()
	return errors.Join(err, d.close())
}

// addFile adds one File, everything owned by root.
func (d *tarDisk) addFile(f File) error {
	guest := mergedPath(f.Guest)
	if f.Host == "" {
		mode := f.Mode
		if mode == 0 {
			mode = 0o644
		}
		return d.add(guest, mode, f.Data)
	}
	host, err := filepath.EvalSymlinks(f.Host)
	if err != nil {
		return err
	}
	return filepath.WalkDir(host, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(host, p)
		if err != nil {
			return err
		}
		mode := info.Mode()
		if rel == "." && f.Mode != 0 && mode.IsRegular() {
			mode = f.Mode
		}
		return d.copyHost(p, path.Join(guest, filepath.ToSlash(rel)), info, mode)
	})
}

func (d *tarDisk) copyHost(host, guest string, info fs.FileInfo, mode fs.FileMode) error {
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		var err error
		if link, err = os.Readlink(host); err != nil {
			return err
		}
	} else if !info.IsDir() && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is neither a file, a folder nor a link", host)
	}
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	// busybox tar makes missing parents; entries for folders keep their modes.
	h.Name, h.Uid, h.Gid, h.Uname, h.Gname = guest, 0, 0, "", ""
	h.Mode = int64(mode.Perm()) | h.Mode&0o7000
	if info.IsDir() {
		h.Name += "/"
	}
	if err := d.WriteHeader(forBusybox(h)); err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	src, err := os.Open(host)
	if err != nil {
		return err
	}
	defer src.Close()
	_, err = io.Copy(d, src)
	return err
}

// output is a Result as read from the "out" disk.
type output struct {
	Result
	timedOut bool
	missing  []string
}

// parseOutput reads what guest/run wrote. An archive without its last entry is
// an error: the machine ended while it wrote.
func parseOutput(r io.Reader) (*output, error) {
	out := &output{Result: Result{Files: map[string][]byte{}}}
	own := map[string][]byte{}
	left := int64(outputLimit)
	for t := tar.NewReader(bufio.NewReaderSize(r, 1<<20)); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read output disk: %w", err)
		}
		if h.Typeflag == tar.TypeLink { // a second name of an earlier entry
			if data, ok := out.Files[path.Clean("/"+h.Linkname)]; ok {
				out.Files[path.Clean("/"+h.Name)] = data
			}
			continue
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if left -= h.Size; left < 0 {
			return nil, fmt.Errorf("read output disk: more than %d MiB", outputLimit>>20)
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return nil, fmt.Errorf("read %s from output disk: %w", h.Name, err)
		}
		if rest, ok := strings.CutPrefix(h.Name, labDir+"/"); ok {
			own[rest] = data
		} else {
			out.Files[path.Clean("/"+h.Name)] = data
		}
	}
	for _, need := range []string{"status", "stdout", "stderr", "missing", "done"} {
		if _, ok := own[need]; !ok {
			return nil, fmt.Errorf("read output disk: no %s in it", need)
		}
	}
	code, err := strconv.Atoi(string(bytes.TrimSpace(own["status"])))
	if err != nil || code < 0 || code > 255 {
		return nil, fmt.Errorf("read output disk: exit status %q", own["status"])
	}
	out.ExitCode, out.Stdout, out.Stderr = code, own["stdout"], own["stderr"]
	_, out.timedOut = own["timeout"]
	for line := range strings.Lines(string(own["missing"])) {
		out.missing = append(out.missing, strings.TrimSuffix(line, "\n"))
	}
	return out, nil
}
