package filter

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// testCatalogue has one event of each case that selection tells apart.
var testCatalogue = []schema.Event{
	{ID: 257, Name: "openat", Sets: []schema.Set{schema.Default, schema.Syscalls, schema.FS}},
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

func TestParseScope(t *testing.T) {
	for _, tc := range []struct {
		exprs []string
		want  Scope
	}{
		{nil, Scope{}},
		{[]string{"comm=bash"}, Scope{Comm: values([]string{"bash"})}},
		{[]string{"comm=run.sh"}, Scope{Comm: values([]string{"run.sh"})}},
		{[]string{"comm=bash,sh", "comm=dash,sh"}, Scope{Comm: values([]string{"bash", "sh", "dash"})}},
		{[]string{"comm=bash", "comm!=sh,zsh"}, Scope{Comm: values([]string{"bash"}, "sh", "zsh")}},
		{[]string{`comm="a,b",'c"d',"e\"f\\g"`}, Scope{Comm: values([]string{"a,b", `c"d`, `e"f\g`})}},
		{[]string{`comm=""`}, Scope{Comm: values([]string{""})}},
		{[]string{"comm=tmux: server, (sd-pam) "}, Scope{Comm: values([]string{"tmux: server", "(sd-pam)"})}},
		{[]string{"comm=kworker/0:1=x"}, Scope{Comm: values([]string{"kworker/0:1=x"})}},
		{[]string{"comm=exactly15bytes_"}, Scope{Comm: values([]string{"exactly15bytes_"})}},
		{[]string{" pid = 1 , 2 "}, Scope{PID: Numbers{Values: values([]uint32{1, 2})}}},
		{[]string{"p=1", "pid!=2"}, Scope{PID: Numbers{Values: values([]uint32{1}, 2)}}},
		{[]string{"uid<10"}, Scope{UID: Numbers{HasRange: true, Min: 0, Max: 9}}},
		{[]string{"uid<=10"}, Scope{UID: Numbers{HasRange: true, Min: 0, Max: 10}}},
		{[]string{"u>10"}, Scope{UID: Numbers{HasRange: true, Min: 11, Max: math.MaxUint32}}},
		{[]string{"uid>=4294967295"}, Scope{UID: Numbers{HasRange: true, Min: math.MaxUint32, Max: math.MaxUint32}}},
		{[]string{"uid>10,20", "uid<=40", "uid<50"}, Scope{UID: Numbers{HasRange: true, Min: 21, Max: 40}}},
		{[]string{"uid=0", "uid>1000"}, Scope{UID: Numbers{Values: values([]uint32{0}), HasRange: true, Min: 1001, Max: math.MaxUint32}}},
		{[]string{"tree=1", "tree!=2,3"}, Scope{Tree: values([]uint32{1}, 2, 3)}},
		{[]string{"container"}, Scope{Container: OnlyContainers}},
		{[]string{"c", "container=true"}, Scope{Container: OnlyContainers}},
		{[]string{"!container"}, Scope{Container: OnlyHost}},
		{[]string{"!c", "c=false"}, Scope{Container: OnlyHost}},
		{[]string{"follow", "f"}, Scope{Follow: true}},
		{[]string{"comm=bash", "uid!=0", "follow", "event=openat"},
			Scope{Comm: values([]string{"bash"}), UID: Numbers{Values: values[uint32](nil, 0)}, Follow: true}},
	} {
		t.Run(strings.Join(tc.exprs, " "), func(t *testing.T) {
			got, err := Parse(tc.exprs, testCatalogue)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Scope); diff != "" {
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
		{[]string{"x=1"}, "x", "known: event, set, comm, pid, uid, tree, container, follow"},
		{[]string{"nosuchfield="}, "nosuchfield", `unknown field "nosuchfield"`},
		{[]string{"comms=bash"}, "comms", `did you mean "comm"?`},
		{[]string{"help"}, "help", `unknown field "help"`},
		// fields of other tools and of later versions
		{[]string{"openat.retval<0"}, "openat.retval", "unknown field"},
		{[]string{"open.pathname=/etc/*"}, "open.pathname", "unknown field"},
		{[]string{"mntns=4026531840"}, "mntns", "unknown field"},
		{[]string{"uts=host.example"}, "uts", "unknown field"},
		{[]string{"binary=/bin/sh"}, "binary", "unknown field"},
		{[]string{"pid=new"}, "new", `value "new" of pid is not a number from 0 to 4294967295`},
		{[]string{"container=new"}, "new", "neither true nor false"},
		{[]string{"container=4f3a9c"}, "4f3a9c", "neither true nor false"},
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
		{[]string{"container!=true"}, "!=", "has no operator"},
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
		{[]string{"container=true,true"}, "true", "takes one value"},
		{[]string{"container=yes"}, "yes", "neither true nor false; write container or !container"},
		// what leaves nothing
		{[]string{"uid<0"}, "0", "no uid is left"},
		{[]string{"uid>4294967295"}, "4294967295", "no uid is left"},
		{[]string{"uid>5", "uid<3"}, "3", "no uid is left"},
		{[]string{"pid>=5,6", "pid<6"}, "6", "no pid is left"},
		{[]string{"pid=5", "p!=5"}, "p", "no pid is left: every value allowed is also excluded"},
		{[]string{"uid<2", "uid!=0,1"}, "uid", "no uid is left"},
		{[]string{"comm=a", "comm!=a"}, "comm", "no comm is left"},
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
		if !strings.Contains(help, f.Example) || !strings.Contains(help, f.Doc) {
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
		for _, c := range append(got.Scope.Comm.Equal, got.Scope.Comm.NotEqual...) {
			if len(c) > MaxComm {
				t.Fatalf("comm %q is too long", c)
			}
		}
	})
}
