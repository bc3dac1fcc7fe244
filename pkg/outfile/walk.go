package outfile

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// A program that runs as root and writes to a path that somebody else prepared
// can be made to overwrite any file. So a path is walked component by component
// and a symbolic link on it is followed only when nobody else can have put it
// there.

// maxLinks is that of the kernel.
const maxLinks = 40

// folderMode is that of parents that are made.
const folderMode = 0o750

// walker opens the folder of a path.
type walker struct {
	path  string // as the user gave it
	dir   int    // where we are, an O_PATH descriptor
	at    string // its name, for messages
	rest  []string
	links int
	trust func(uid uint32) bool
	made  []place // folders that were not there
}

// place is a name in an open folder.
type place struct {
	dir  int
	name string
}

// found is a file's last component.
type found struct {
	place
	at   string // of the folder, for messages
	stat unix.Stat_t
	has  bool // it exists
	proc bool // the folder is of /proc, whose links the kernel resolves
	safe bool // only trusted users change the folder
}

func trusted(uid uint32) bool { return uid == 0 || uid == uint32(os.Geteuid()) }

// find walks to the folder of a path and looks at the last component.
// Missing folders are made. The caller closes the folder.
func (w *walker) find() (found, error) {
	if err := w.begin(w.path); err != nil {
		return found{}, err
	}
	w.rest = components(w.path)
	for {
		if len(w.rest) == 0 {
			return found{}, fmt.Errorf("open %s: %w", w.path, unix.EISDIR)
		}
		name := w.rest[0]
		w.rest = w.rest[1:]
		f, err := w.look(name)
		if err != nil {
			return found{}, err
		}
		link := f.has && f.stat.Mode&unix.S_IFMT == unix.S_IFLNK
		switch {
		case link && !f.proc:
			err = w.follow(&f)
		case len(w.rest) == 0 && name != "." && name != "..":
			return f, nil
		default:
			err = w.enter(&f)
		}
		if err != nil {
			return found{}, err
		}
	}
}

func components(path string) []string {
	var list []string
	for c := range strings.SplitSeq(path, "/") {
		if c != "" {
			list = append(list, c)
		}
	}
	if strings.HasSuffix(path, "/") {
		list = append(list, ".") // a folder is meant
	}
	return list
}

// begin goes to the root, or to the working directory.
func (w *walker) begin(path string) error {
	start := "."
	w.at = ""
	if strings.HasPrefix(path, "/") {
		start, w.at = "/", "/"
	}
	dir, err := unix.Open(start, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", start, err)
	}
	w.move(dir)
	return nil
}

func (w *walker) move(dir int) {
	w.close()
	w.dir = dir
}

func (w *walker) close() {
	if w.dir >= 0 {
		_ = unix.Close(w.dir)
	}
	w.dir = -1
}

func (w *walker) name(component string) string {
	if w.at == "" || strings.HasSuffix(w.at, "/") {
		return w.at + component
	}
	return w.at + "/" + component
}

// look says what a component is, and whether its folder is somebody else's to
// change.
func (w *walker) look(name string) (found, error) {
	f := found{place: place{w.dir, name}, at: w.at}
	var dir unix.Stat_t
	var fs unix.Statfs_t
	if err := unix.Fstat(w.dir, &dir); err != nil {
		return f, fmt.Errorf("look at %s: %w", w.at, err)
	}
	if err := unix.Fstatfs(w.dir, &fs); err == nil {
		f.proc = fs.Type == unix.PROC_SUPER_MAGIC
	}
	f.safe = w.trust(dir.Uid) && (dir.Mode&0o022 == 0 || dir.Mode&unix.S_ISVTX != 0)
	switch err := unix.Fstatat(w.dir, name, &f.stat, unix.AT_SYMLINK_NOFOLLOW); err {
	case nil:
		f.has = true
	case unix.ENOENT:
	default:
		return f, fmt.Errorf("open %s: %w", w.name(name), err)
	}
	return f, nil
}

// follow puts what a link says in its place.
func (w *walker) follow(f *found) error {
	at := w.name(f.name)
	if !w.trust(f.stat.Uid) || !f.safe {
		return fmt.Errorf("open %s: %s is a symbolic link that user %d made or others can replace: name the file that you mean", w.path, at, f.stat.Uid)
	}
	if w.links++; w.links > maxLinks {
		return fmt.Errorf("open %s: %w", w.path, unix.ELOOP)
	}
	target := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(w.dir, f.name, target)
	if err != nil {
		return fmt.Errorf("read link %s: %w", at, err)
	}
	text := string(target[:n])
	w.rest = append(components(text), w.rest...)
	if strings.HasPrefix(text, "/") {
		return w.begin(text)
	}
	return nil
}

// enter goes into a folder, which is made when it is not there.
func (w *walker) enter(f *found) error {
	if !f.has {
		if err := w.make(f.name); err != nil {
			return err
		}
	}
	flags := unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	if !f.proc {
		flags |= unix.O_NOFOLLOW // it may have become a link since
	}
	dir, err := unix.Openat(w.dir, f.name, flags, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", w.name(f.name), err)
	}
	w.at = w.name(f.name)
	w.move(dir)
	return nil
}

func (w *walker) make(name string) error {
	keep, err := unix.FcntlInt(uintptr(w.dir), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("make folder %s: %w", w.name(name), err)
	}
	if err := unix.Mkdirat(w.dir, name, folderMode); err != nil {
		_ = unix.Close(keep)
		return fmt.Errorf("make folder %s: %w", w.name(name), err)
	}
	w.made = append(w.made, place{keep, name})
	return nil
}
