package filter

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// testCatalogue has one event of each case that selection tells apart.
var testCatalogue = []schema.Event{
	{ID: 257, Name: "openat", Sets: []schema.Set{schema.Default, schema.Syscalls, schema.FS}, Syscall: &schema.Syscall{}, Fields: []schema.Field{
		{Name: "dirfd", Kind: schema.FD}, {Name: "pathname", Kind: schema.Path}, {Name: "flags", Kind: schema.OpenFlags},
		{Name: "offset", Kind: schema.Ulong}, {Name: "argv", Kind: schema.Strings}, {Name: "addr", Kind: schema.Sockaddr},
		{Name: "yes", Kind: schema.Bool}, {Name: "pair", Kind: schema.FDPair}, {Name: "raw", Kind: schema.Bytes}, {Name: "signal", Kind: schema.Signal},
	}},
	{ID: 3, Name: "close", Sets: []schema.Set{schema.Default, schema.Syscalls, schema.FS}},
	{ID: 59, Name: "execve", Sets: []schema.Set{schema.Default, schema.Syscalls}},
	{ID: 60, Name: "exit", Sets: []schema.Set{schema.Syscalls}},
	{ID: schema.None, Name: "waitpid", Sets: []schema.Set{schema.Syscalls, "32bit_unique"}},
	{ID: schema.None, Name: "oldstat", Sets: []schema.Set{"32bit_unique"}},
	{ID: 722, Name: "security_file_open", Sets: []schema.Set{schema.LSMHooks, schema.FS}},
	{ID: 726, Name: "security_socket_connect", Sets: []schema.Set{schema.LSMHooks}},
	{ID: 739, Name: "socket_dup"},
}

func values[T comparable](equal []T, notEqual ...T) Values[T] {
	return Values[T]{Equal: equal, NotEqual: notEqual}
}

func texts(equal []Pattern, notEqual ...Pattern) Texts {
	return Texts{Equal: equal, NotEqual: notEqual}
}

func TestParseScope(t *testing.T) {
	for _, tc := range []struct {
		exprs []string
		want  Scope
	}{
		{nil, Scope{}},
		{[]string{"comm=bash"}, Scope{Comm: texts([]Pattern{"bash"})}},
		{[]string{"comm=run.sh"}, Scope{Comm: texts([]Pattern{"run.sh"})}},
		{[]string{"comm=bash,sh", "comm=dash,sh"}, Scope{Comm: texts([]Pattern{"bash", "sh", "dash"})}},
		{[]string{"comm=bash", "comm!=sh,zsh"}, Scope{Comm: texts([]Pattern{"bash"}, "sh", "zsh")}},
		{[]string{`comm="a,b",'c"d',"e\"f\\g"`}, Scope{Comm: texts([]Pattern{"a,b", `c"d`, `e"f\\g`})}},
		{[]string{`comm=""`}, Scope{Comm: texts([]Pattern{""})}},
		{[]string{"comm=tmux: server, (sd-pam) "}, Scope{Comm: texts([]Pattern{"tmux: server", "(sd-pam)"})}},
		{[]string{"comm=kworker/0:1=x"}, Scope{Comm: texts([]Pattern{"kworker/0:1=x"})}},
		{[]string{"comm=exactly15bytes_"}, Scope{Comm: texts([]Pattern{"exactly15bytes_"})}},
		{[]string{" pid = 1 , 2 "}, Scope{PID: Numbers{Values: values([]int64{1, 2})}}},
		{[]string{"p=1", "pid!=2"}, Scope{PID: Numbers{Values: values([]int64{1}, 2)}}},
		{[]string{"uid<10"}, Scope{UID: Numbers{HasRange: true, Min: 0, Max: 9}}},
		{[]string{"uid<=10"}, Scope{UID: Numbers{HasRange: true, Min: 0, Max: 10}}},
		{[]string{"u>10"}, Scope{UID: Numbers{HasRange: true, Min: 11, Max: math.MaxUint32}}},
		{[]string{"uid>=4294967295"}, Scope{UID: Numbers{HasRange: true, Min: math.MaxUint32, Max: math.MaxUint32}}},
		{[]string{"uid>10,20", "uid<=40", "uid<50"}, Scope{UID: Numbers{HasRange: true, Min: 21, Max: 40}}},
		{[]string{"uid=0", "uid>1000"}, Scope{UID: Numbers{Values: values([]int64{0}), HasRange: true, Min: 1001, Max: math.MaxUint32}}},
		{[]string{"tree=1", "tree!=2,3"}, Scope{Tree: values([]int64{1}, 2, 3)}},
		{[]string{"comm=*sh,a*b"}, Scope{Comm: texts([]Pattern{"*sh", "a*b"})}},
		{[]string{`comm="a\*b","c*d"`}, Scope{Comm: texts([]Pattern{`a\*b`, "c*d"})}},
		{[]string{"tid=5", "tid!=7"}, Scope{TID: Numbers{Values: values([]int64{5}, 7)}}},
		{[]string{"mntns=4026531840", "pidns>9"}, Scope{
			MntNS: Numbers{Values: values([]int64{4026531840})}, PIDNS: Numbers{HasRange: true, Min: 10, Max: math.MaxUint32},
		}},
		{[]string{"uts=a.b.c"}, Scope{UTS: texts([]Pattern{"a.b.c"})}},
		{[]string{"pid=new"}, Scope{NewPID: Yes}},
		{[]string{"p!=new", "pid!=5"}, Scope{NewPID: No, PID: Numbers{Values: values[int64](nil, 5)}}},
		{[]string{"binary=/bin/sh,host:/usr/*", "binary!=*/x"}, Scope{Binary: texts([]Pattern{"/bin/sh"}, "*/x"), HostBinary: texts([]Pattern{"/usr/*"})}},
		{[]string{"container=new"}, Scope{NewContainer: Yes}},
		{[]string{"c!=new"}, Scope{NewContainer: No}},
		{[]string{"container=4f3a9c,07", "container!=07d"}, Scope{ContainerID: texts([]Pattern{"4f3a9c*", "07*"}, "07d*")}},
		{[]string{"container!=true"}, Scope{Container: OnlyHost}},
		{[]string{"pod=shop-*", "namespace!=kube-system"}, Scope{Pod: texts([]Pattern{"shop-*"}), Namespace: texts(nil, "kube-system")}},
		{[]string{"label:app.kubernetes.io/name=shop,till", "label:app.kubernetes.io/name!=old", "label:tier!=db"}, Scope{Labels: []Label{
			{Key: "app.kubernetes.io/name", Values: texts([]Pattern{"shop", "till"}, "old")}, {Key: "tier", Values: texts(nil, "db")},
		}}},
		{[]string{"container-name=web*", "image!=*:latest"}, Scope{ContainerName: texts([]Pattern{"web*"}), ContainerImage: texts(nil, "*:latest")}},
		{[]string{"container"}, Scope{Container: OnlyContainers}},
		{[]string{"c", "container=true"}, Scope{Container: OnlyContainers}},
		{[]string{"!container"}, Scope{Container: OnlyHost}},
		{[]string{"!c", "c=false"}, Scope{Container: OnlyHost}},
		{[]string{"follow", "f"}, Scope{Follow: true}},
		{[]string{"comm=bash", "uid!=0", "follow", "event=openat"},
			Scope{Comm: texts([]Pattern{"bash"}), UID: Numbers{Values: values[int64](nil, 0)}, Follow: true}},
	} {
		t.Run(strings.Join(tc.exprs, " "), func(t *testing.T) {
			got, err := Parse(tc.exprs, testCatalogue)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Policies[0].Scope); diff != "" {
				t.Errorf("scope (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, tc := range []struct {
		exprs []string
		word  string // Error.Word
		has   string // part of the text
	}{
		{[]string{""}, "", "empty expression"},
		{[]string{"  "}, "", "empty expression"},
		{[]string{"!"}, "", "field name missing"},
		{[]string{"=openat"}, "", "field name missing"},
		// unknown fields, with and without a near one
		{[]string{"evnt=openat"}, "evnt", `unknown field "evnt"; did you mean "event"?`},
		{[]string{"ev=openat"}, "ev", `did you mean "event"?`},
		{[]string{"x=1"}, "x", "known: event, set, retval, comm, binary, pid, tid, uid, mntns, pidns, uts, tree, container, container-name, image, pod, namespace, label, follow"},
		{[]string{"nosuchfield="}, "nosuchfield", `unknown field "nosuchfield"`},
		{[]string{"comms=bash"}, "comms", `did you mean "comm"?`},
		{[]string{"help"}, "help", `unknown field "help"`},
		// arguments
		{[]string{"opennat.retval<0"}, "opennat", `unknown event "opennat"; did you mean "openat"?`},
		{[]string{"waitpid.retval<0"}, "waitpid", "does not exist on"},
		{[]string{"openat.=x"}, "", `argument missing after "openat."; openat has dirfd, pathname`},
		{[]string{"openat.pathnam=x"}, "pathnam", `event openat has no argument "pathnam"; did you mean "pathname"?`},
		{[]string{"openat.path.name=x"}, "path.name", "has no argument"},
		{[]string{".pathname=x"}, "", "unknown event"},
		{[]string{"openat.pathname"}, "openat.pathname", "needs an operator and a value"},
		{[]string{"openat.pathname>x"}, ">", `field openat.pathname has no operator ">"`},
		{[]string{"openat.pathname="}, "", "value missing"},
		{[]string{"openat.pathname=a,"}, "", "empty value in the list"},
		{[]string{"openat.flags=O_WRITE"}, "O_WRITE", "is not open flags; write a number, or a name as tracer prints it"},
		{[]string{"openat.flags>O_WRITE"}, "O_WRITE", "is not open flags"},
		{[]string{"openat.offset=many"}, "many", "is not a number"},
		{[]string{"openat.dirfd=4294967296"}, "4294967296", "is not a file descriptor"},
		{[]string{"openat.signal=SIGNONE"}, "SIGNONE", "is not a signal number"},
		{[]string{"openat.yes=maybe"}, "maybe", "neither true nor false"},
		{[]string{"openat.pair=x"}, "x", "is not a number"},
		{[]string{"openat.retval=EWHAT"}, "EWHAT", "is not a return value; write a number, or the name of an error such as -EACCES"},
		{[]string{"retval=x"}, "x", "is not a return value"},
		{[]string{"retval=9223372036854775808000"}, "9223372036854775808000", "is not a return value"},
		{[]string{"retval"}, "retval", "needs an operator"},
		{[]string{"openat.pathname=x", "event!=openat", "event=close"}, "openat.pathname", "event openat has a condition and is excluded"},
		{[]string{"openat.pathname=x", "openat.pathname!=x"}, "openat.pathname", "no openat.pathname is left"},
		{[]string{"openat.pathname=/etc/x", "openat.pathname!=/etc/*"}, "openat.pathname", "no openat.pathname is left"},
		{[]string{"openat.flags=O_WRONLY", "openat.flags!=1"}, "openat.flags", "no openat.flags is left"},
		{[]string{"retval<0", "retval>5"}, "5", "no retval is left"},
		{[]string{"openat.retval=1", "openat.retval!=1"}, "openat.retval", "no openat.retval is left"},
		// new
		{[]string{"pid=new,5"}, "new", "new stands beside other values; write pid=new in one policy"},
		{[]string{"pid<new"}, "<", `operator "<" with new; write pid=new or pid!=new`},
		{[]string{"pid=new", "pid!=new"}, "new", "leave nothing"},
		{[]string{"tid=new"}, "new", "is not a number"},
		{[]string{"container=new,ab"}, "new", "new stands beside other values"},
		{[]string{"container=4f3aXc"}, "4f3aXc", "neither true, false, new nor (the beginning of) an id of 64 hexadecimal digits"},
		{[]string{"container=" + strings.Repeat("a", 65)}, strings.Repeat("a", 65), "neither true"},
		{[]string{"!container", "container=ab"}, "container", "no container is left"},
		{[]string{"!container", "container=new"}, "container", "no container is left"},
		{[]string{"container=ab", "container!=ab"}, "container", "no container is left"},
		// paths and names
		{[]string{"binary=sh"}, "sh", `path "sh" of binary does not begin with / or *; write binary=/usr/bin/NAME`},
		{[]string{"binary=host:sh"}, "host:sh", "does not begin with / or *"},
		{[]string{"binary=/" + strings.Repeat("a", 239)}, "/" + strings.Repeat("a", 239), "240 bytes long and of each program the last 239 are kept"},
		{[]string{"binary=/x", "binary!=/x"}, "binary", "no binary is left"},
		{[]string{"uts=" + strings.Repeat("h", 64)}, strings.Repeat("h", 64), "is 64 bytes long"},
		{[]string{"uts>a"}, ">", "has no operator"},
		{[]string{"image"}, "image", "needs an operator"},
		{[]string{"comm=a*", "comm!=*"}, "comm", "no comm is left"},
		// the kernel must know whom to follow
		{[]string{"comm=a*b", "follow"}, "follow", `"comm=a*b" is decided in user space`},
		{[]string{"follow", "image=x"}, "follow", "what a container is called comes from its runtime"},
		// operators
		{[]string{"comm"}, "comm", "needs an operator and a value; write comm= or comm!="},
		{[]string{"comm="}, "", `value missing after "="`},
		{[]string{"comm!= "}, "", `value missing after "!="`},
		{[]string{"comm>bash"}, ">", `field comm has no operator ">"; write comm= or comm!=`},
		{[]string{"comm==bash"}, "==", `no operator "=="`},
		{[]string{"comm!"}, "!", `no operator "!"`},
		{[]string{"container!"}, "!", `no operator "!"`},
		{[]string{"pid=>5"}, "=>", `no operator "=>"`},
		{[]string{"event<openat"}, "<", "field event has no operator"},
		{[]string{"tree>1"}, ">", "field tree has no operator"},
		{[]string{"follow=1"}, "=", "field follow takes no value"},
		{[]string{"!follow"}, "follow", "cannot be negated"},
		{[]string{"!comm=bash"}, "comm", "cannot be negated"},
		{[]string{"!container=true"}, "=", `operator "=" after !container`},
		// values
		{[]string{"pid=five"}, "five", "is not a number"},
		{[]string{"pid=1,2x"}, "2x", "is not a number"},
		{[]string{"uid=-1"}, "-1", "is not a number"},
		{[]string{"uid=+1"}, "+1", "is not a number"},
		{[]string{"uid=1.5"}, "1.5", "is not a number"},
		{[]string{"uid=0x10"}, "0x10", "is not a number"},
		{[]string{"pid=4294967296"}, "4294967296", "is not a number from 0 to 4294967295"},
		{[]string{"tree=0"}, "0", "no process has id 0"},
		{[]string{"comm=sixteen_bytes_xx"}, "sixteen_bytes_xx", `is 16 bytes long and the kernel keeps 15; write "sixteen_bytes_x"`},
		{[]string{"comm=a\x00b"}, "a\x00b", "zero byte"},
		{[]string{"event=openat,"}, "", "empty value in the list"},
		{[]string{"event=,openat"}, "", "empty value in the list"},
		{[]string{"comm=a,,b"}, "", "empty value in the list"},
		{[]string{`comm="a`}, `"a`, "quote \" is not closed"},
		{[]string{`comm="a"b`}, "b", `text "b" after the closing quote`},
		{[]string{"container=true,true"}, "true", "container=true takes no other value"},
		{[]string{"container=yes"}, "yes", "neither true, false, new nor"},
		// what leaves nothing
		{[]string{"uid<0"}, "0", "no uid is left"},
		{[]string{"uid>4294967295"}, "4294967295", "no uid is left"},
		{[]string{"uid>5", "uid<3"}, "3", "no uid is left"},
		{[]string{"pid>=5,6", "pid<6"}, "6", "no pid is left"},
		{[]string{"pid=5", "p!=5"}, "p", "no pid is left: every value allowed is also excluded"},
		{[]string{"uid<2", "uid!=0,1"}, "uid", "no uid is left"},
		{[]string{"comm=a", "comm!=a"}, "comm", "no comm is left"},
		{[]string{"label:a=x", "label:a!=x"}, "label:a", "no label is left"},
		{[]string{"label=x"}, "label", "the label's key is missing"},
		{[]string{"label:=x"}, "label:", "unknown field"},
		{[]string{"tree=7", "tree!=7"}, "tree", "no tree is left"},
		{[]string{"container", "!container"}, "container", "leave no process"},
		// the one wrong expression among good ones
		{[]string{"comm=bash", "uidd=0", "follow"}, "uidd", `did you mean "uid"?`},
	} {
		t.Run(strings.Join(tc.exprs, " "), func(t *testing.T) {
			_, err := Parse(tc.exprs, testCatalogue)
			checkError(t, err, tc.word, tc.has)
		})
	}
}

func TestTooManyValues(t *testing.T) {
	list := func(n int) string {
		s := make([]string, n)
		for i := range s {
			s[i] = fmt.Sprint(i + 1)
		}
		return strings.Join(s, ",")
	}
	for _, field := range []string{"comm", "pid", "uid", "tree"} {
		if _, err := Parse([]string{field + "=" + list(200), field + "!=" + strings.ReplaceAll(list(56), ",", ",9")}, testCatalogue); err != nil {
			t.Errorf("%s: 256 values refused: %v", field, err)
		}
		_, err := Parse([]string{field + "=" + list(257)}, testCatalogue)
		checkError(t, err, "257", "field "+field+" names more than 256 values")
		// Repetition does not count.
		if _, err := Parse([]string{field + "=" + list(256), field + "=" + list(256)}, testCatalogue); err != nil {
			t.Errorf("%s: repeated values refused: %v", field, err)
		}
	}
}

func checkError(t *testing.T, err error, word, has string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no *Error", err)
	}
	if e.Word != word {
		t.Errorf("word %q, want %q", e.Word, word)
	}
	if !strings.Contains(err.Error(), has) {
		t.Errorf("error %q does not say %q", err, has)
	}
	if e.Pos > len(e.Expr) || !strings.HasPrefix(e.Expr[e.Pos:], e.Word) {
		t.Errorf("word %q is not at %d of %q", e.Word, e.Pos, e.Expr)
	}
}

// The catalogue as it is must offer what the help text promises.
func TestHelpExamplesParse(t *testing.T) {
	help := Help()
	for _, f := range Fields() {
		if !strings.Contains(help, f.Example) || !strings.Contains(strings.Join(strings.Fields(help), " "), f.Doc) {
			t.Errorf("help lacks field %s", f.Name)
		}
		if _, err := Parse([]string{f.Example}, append(catalog.Events(), testCatalogue...)); err != nil {
			t.Errorf("example of %s: %v", f.Name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "!", "=", "comm=bash", `comm="a,b"`, `comm="a\`, "event=open*,*at", "event!=*", "set=fs", "pid<=5", "uid>5,6",
		"tree=1,2", "!container", "container=false", "follow", "a,", "e=,", "pid==1", "pid=new", "comm='x'y", "\x00=\xff",
		"openat.pathname=/etc/*,*x", "openat.flags=O_WRONLY|O_CREAT", "openat.retval<-EACCES", "retval=-1", "binary=host:/x", "container=ab", "uts=a.b", "openat.addr=:53",
	} {
		f.Add(s, "uid!=0")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		got, err := Parse([]string{first, second}, testCatalogue)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v is no *Error", err)
			}
			if e.Pos < 0 || e.Pos > len(e.Expr) || !strings.HasPrefix(e.Expr[e.Pos:], e.Word) {
				t.Fatalf("word %q is not at %d of %q", e.Word, e.Pos, e.Expr)
			}
			return
		}
		if len(got.Events) == 0 {
			t.Fatal("no events and no error")
		}
		for _, d := range got.Decide() {
			if d.Half != Kernel && d.Half != User || d.Why == "" {
				t.Fatalf("nobody decides %+v", d)
			}
		}
		got.MatchAll(&event.Event{EventName: got.Events[0].Name}, &Process{})
	})
}
