package schema

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// samples are values that a record can hold for the encoding: edges and random.
func samples(e Encoding) []int64 {
	all := []int64{0, 1, 2, 3, 4, 7, 8, 0x7f, 0xff, 0x100, 0x1ff, 0x7fff, 0xffff}
	var lo, hi int64
	switch e {
	case EncI32:
		lo, hi = math.MinInt32, math.MaxInt32
	case EncU32:
		lo, hi = 0, math.MaxUint32
	case EncU16:
		lo, hi = 0, math.MaxUint16
	default:
		lo, hi = math.MinInt64, math.MaxInt64
	}
	all = append(all, lo, lo+1, hi-1, hi)
	if lo < 0 {
		all = append(all, -1, -2, -100, -10000)
	}
	for shift := range 64 {
		if v := int64(1) << shift; v > 0 && v <= hi {
			all = append(all, v, v|1, hi&^v)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		v := int64(r.Uint64() >> r.IntN(64))
		if v >= lo && v <= hi {
			all = append(all, v)
		}
	}
	return all
}

func TestParseInvertsFormat(t *testing.T) {
	for _, k := range Kinds() {
		info := k.Info()
		if info.Format == nil {
			continue
		}
		t.Run(info.Name, func(t *testing.T) {
			for _, v := range samples(info.Enc) {
				text := info.Format(v)
				if text == "" {
					t.Fatalf("Format(%d) is empty", v)
				}
				got, ok := info.Parse(text)
				if !ok || got != v {
					t.Fatalf("Parse(Format(%d) = %q) = %d, %v", v, text, got, ok)
				}
			}
		})
	}
}

func TestKindsAreComplete(t *testing.T) {
	seen := map[string]Kind{}
	snake := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for _, k := range Kinds() {
		info := k.Info()
		if !snake.MatchString(info.Name) || info.Doc == "" || info.Type == "" || info.Enc == 0 {
			t.Errorf("kind %d has an incomplete row: %+v", k, info)
		}
		if other, ok := seen[info.Name]; ok {
			t.Errorf("kinds %d and %d are both named %q", other, k, info.Name)
		}
		seen[info.Name] = k
		if (info.Format == nil) != (info.Parse == nil) {
			t.Errorf("kind %q has only one of Format and Parse", info.Name)
		}
		if info.Format != nil && !info.Enc.Numeric() {
			t.Errorf("kind %q has a Format but is not a number", info.Name)
		}
	}
	if got := Kind(200).Info(); got.Name != "" {
		t.Errorf("unknown kind has the row of %q", got.Name)
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		kind Kind
		v    int64
		want string
	}{
		{OpenFlags, 0, "O_RDONLY"},
		{OpenFlags, 0o2000000, "O_RDONLY|O_CLOEXEC"},
		{OpenFlags, 0o1101, "O_WRONLY|O_CREAT|O_TRUNC"},
		{OpenFlags, 0o4010002, "O_RDWR|O_SYNC"},
		{OpenFlags, 0x20, "O_RDONLY|FMODE_EXEC"}, // a program being executed
		{OpenFlags, 0o10000, "O_RDONLY|O_DSYNC"},
		{OpenFlags, -1 << 31, "O_RDONLY|0x80000000"},
		{AccessMode, 0, "F_OK"},
		{AccessMode, 6, "R_OK|W_OK"},
		{MmapProt, 0, "PROT_NONE"},
		{MmapProt, 7, "PROT_READ|PROT_WRITE|PROT_EXEC"},
		{MmapFlags, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"},
		{MmapFlags, 0x40022 | 21<<26, "MAP_PRIVATE|MAP_HUGE_2MB|MAP_ANONYMOUS|MAP_HUGETLB"},
		{MmapFlags, 0, "0"},
		{SocketType, 0o2004001, "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC"},
		{SocketDomain, 38, "AF_ALG"},
		{SocketDomain, 99, "99"},
		{CloneFlags, 0x1200011, "SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"},
		{CloneFlags, 0, "0"},
		{NamespaceFlags, 0x80, "CLONE_NEWTIME"},
		{Signal, 9, "SIGKILL"},
		{Signal, 36, "SIGRTMIN+2"},
		{Signal, 0, "0"},
		{PtraceRequest, 0, "PTRACE_TRACEME"},
		{PtraceRequest, 3, "PTRACE_PEEKUSER"},
		{PtraceRequest, 0x4206, "PTRACE_SEIZE"},
		{FD, -100, "AT_FDCWD"},
		{FD, 3, "3"},
		{Mode, 0o100644, "0100644"},
		{Mode, 0, "0"},
		{Pointer, -1, "0xffffffffffffffff"},
		{Errno, -2, "-ENOENT"},
		{Errno, 0, "0"},
		{Errno, -4000, "-4000"},
		{Capability, 21, "CAP_SYS_ADMIN"},
		{BPFCommand, 5, "BPF_PROG_LOAD"},
		{MountFlags, 4096 | 16384, "MS_BIND|MS_REC"},
		{UnlinkFlags, 0x200, "AT_REMOVEDIR"},
		{AccessFlags, 0x200, "AT_EACCESS"},
		{WaitOptions, -1 << 31, "__WCLONE"},
		{FutexOperation, 0x181, "FUTEX_WAKE|FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME"},
		{IPCFlags, 0o1600, "0600|IPC_CREAT"},
		{Personality, 0xffffffff, "0xffffffff"},
		{Personality, 0x0040000, "PER_LINUX|ADDR_NO_RANDOMIZE"},
		{IoctlRequest, 0x5412, "TIOCSTI"},
		{IoctlRequest, 0xae80, "0xae80"},
		{ClockID, -6, "-6"},
		{KeySerial, -3, "KEY_SPEC_SESSION_KEYRING"},
		{QuotaCommand, 0x80000201, "Q_QUOTAON|GRPQUOTA"},
		{RebootCommand, 0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"},
		{PtraceMode, 0x12, "PTRACE_MODE_ATTACH|PTRACE_MODE_REALCREDS"},
		{SigactionFlags, 0x14000004, "SA_SIGINFO|SA_RESTORER|SA_RESTART"},
		{SignalSet, 0, "{}"},
		{SignalSet, 1<<1 | 1<<14, "{SIGINT,SIGTERM}"},
		{SignalSet, -1<<63 | 1<<31, "{32,SIGRTMAX}"},
		{SignalSet, -1, "0xffffffffffffffff"},
		{SigHandlerMethod, 2, "SIG_HND"},
		{UsermodeWait, 6, "UMH_WAIT_PROC|UMH_KILLABLE"},
		{UsermodeWait, 0, "UMH_NO_WAIT"},
	}
	for _, tt := range tests {
		if got := tt.kind.Info().Format(tt.v); got != tt.want {
			t.Errorf("%s %#x = %q, want %q", tt.kind, tt.v, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		kind Kind
		text string
		want int64
		ok   bool
	}{
		{OpenFlags, "O_WRONLY|O_CREAT", 0o101, true},
		{OpenFlags, " O_WRONLY | 0x40 ", 0o101, true},
		{OpenFlags, "577", 577, true},
		{OpenFlags, "0", 0, true},
		{OpenFlags, "O_WRONLY|", 0, false},
		{OpenFlags, "|", 0, false},
		{OpenFlags, "", 0, false},
		{OpenFlags, "o_wronly", 0, false},
		{OpenFlags, "O_WRONG", 0, false},
		{OpenFlags, "0x1ffffffff", 0, false},
		{MmapProt, "PROT_NONE", 0, true},
		{AccessMode, "F_OK", 0, true},
		{Mode, "0755", 0o755, true},
		{Mode, "70000", 0, false},
		{Mode, "-1", 0, false},
		{Signal, "SIGKILL", 9, true},
		{Signal, "9", 9, true},
		{Signal, "KILL", 0, false},
		{FD, "AT_FDCWD", -100, true},
		{FD, "4294967196", -100, true},
		{FD, "x", 0, false},
		{Errno, "-ENOENT", -2, true},
		{Errno, "ENOENT", 0, false},
		{Errno, "-", 0, false},
		{Pointer, "0xffffffffffffffff", -1, true},
		{Pointer, "0x1ffffffffffffffff", 0, false},
		{FanotifyMask, "FAN_OPEN|FAN_ONDIR", 0x40000020, true},
		{SignalSet, "{SIGINT, 9}", 0x102, true},
		{SignalSet, "0x102", 0x102, true},
		{SignalSet, "{}", 0, true},
		{SignalSet, "SIGINT", 0, false},
		{SignalSet, "{SIGINT", 0, false},
		{SignalSet, "{65}", 0, false},
		{SignalSet, "{0}", 0, false},
		{SignalSet, "{SIGINT,}", 0, false},
	}
	for _, tt := range tests {
		got, ok := tt.kind.Info().Parse(tt.text)
		if ok != tt.ok || (ok && got != tt.want) {
			t.Errorf("%s %q = %d, %v; want %d, %v", tt.kind, tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

// A name that stands for several bits must come before its parts, or it is
// never shown.
func TestNamesOfSeveralBitsComeFirst(t *testing.T) {
	for _, k := range Kinds() {
		info := k.Info()
		if info.Format == nil {
			continue
		}
		for _, v := range samples(info.Enc) {
			for w := range strings.SplitSeq(info.Format(v), "|") {
				n, ok := info.Parse(w)
				if !ok {
					t.Fatalf("%s: %q, part of %q, does not parse", k, w, info.Format(v))
				}
				if back := info.Format(n); !slices.Contains(strings.Split(back, "|"), w) && !isNumber(w) {
					t.Errorf("%s: %q is %#x, which is shown as %q", k, w, n, back)
				}
			}
		}
	}
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 0, 64)
	return err == nil
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "|", "0", "-1", "O_RDONLY|O_CLOEXEC", "0x", "SIGKILL", "-ENOENT", "PROT_NONE|0x10", "\x00", strings.Repeat("|", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range Kinds() {
			info := k.Info()
			if info.Parse == nil {
				continue
			}
			v, ok := info.Parse(s)
			if !ok {
				continue
			}
			if back, ok := info.Parse(info.Format(v)); !ok || back != v {
				t.Errorf("%s: %q parses as %d, which is shown as %q and parses as %d", k, s, v, info.Format(v), back)
			}
		}
	})
}
