package filter

import (
	"fmt"
	"slices"
	"strings"
)

// Field is one row of the grammar: what may stand on the left of an operator.
// The parser, its errors and the help text all read these rows.
type Field struct {
	Name  string
	Short string // one-letter form; "" when there is none
	// Operators that the field takes. "" is the bare name, "!" is !NAME.
	Operators []string
	Values    string // what a value is, for people; "" when it takes none
	Doc       string
	Example   string

	why string // the kernel half decides it; "" for terms of user space
	add func(*builder, expression) error
}

// Operators as a user writes them, in groups that fields share.
var (
	equality = []string{"=", "!="}
	ordering = []string{"=", "!=", "<", "<=", ">", ">="}
	bareOnly = []string{""}

	containerOps = []string{"", "!", "=", "!="}
)

const numberRange = "numbers from 0 to 4294967295"

// Why the kernel decides.
const (
	task       = "compared at the probe, before a record is made"
	remembered = "remembered of the process from fork to exit"
)

// fields is the grammar.
var fields = []Field{
	{
		Name: "event", Short: "e", Operators: equality, Values: "event names; * stands for any text",
		Doc:     "select events; != takes events away, whatever selected them",
		Example: "event=execve,security_*", why: "events that nobody selects have no probe", add: (*builder).addEvent,
	},
	{
		Name: "set", Short: "s", Operators: equality, Values: "set names",
		Doc:     "select all events of a set; != takes them away. Without event=, set= and EVENT.ARGUMENT it is set=default",
		Example: "set=fs", why: "events that nobody selects have no probe", add: (*builder).addSet,
	},
	{
		Name: Retval, Operators: ordering, Values: "numbers, or names of errors such as -EACCES",
		Doc:     "the event's return value; of security_ events the verdict",
		Example: "retval=-EACCES,-EPERM", why: "known before a record is made", add: (*builder).addRetval,
	},
	{
		Name: "comm", Operators: equality, Values: "process names, at most 15 bytes; * stands for any text",
		Doc:     "the process name; threads of io_uring go by that of their process; quote a name that holds a comma",
		Example: "comm=bash,run.sh", why: task, add: (*builder).addComm,
	},
	{
		Name: "binary", Operators: equality, Values: "paths; * stands for any text; host:PATH only in the host's mount namespace",
		Doc:     "the path of the program that the process runs",
		Example: "binary=/usr/bin/curl,host:/usr/sbin/*", why: remembered, add: (*builder).addBinary,
	},
	{
		Name: "pid", Short: "p", Operators: ordering, Values: numberRange + "; or new",
		Doc:     "the process id, as the host sees it; new is a process that began, or executed a program, after the tracer began",
		Example: "pid=510,1709", why: task, add: (*builder).addPID,
	},
	{
		Name: "tid", Operators: ordering, Values: numberRange,
		Doc:     "the thread id, as the host sees it",
		Example: "tid!=1710", why: task, add: (*builder).addTID,
	},
	{
		Name: "uid", Short: "u", Operators: ordering, Values: numberRange,
		Doc:     "the real user id, as the host sees it",
		Example: "uid>=1000", why: task, add: (*builder).addUID,
	},
	{
		Name: "mntns", Operators: ordering, Values: numberRange,
		Doc:     "the mount namespace, by the number in /proc/PID/ns/mnt",
		Example: "mntns!=4026531841", why: task, add: (*builder).addMntNS,
	},
	{
		Name: "pidns", Operators: ordering, Values: numberRange,
		Doc:     "the pid namespace, by the number in /proc/PID/ns/pid",
		Example: "pidns=4026531836", why: task, add: (*builder).addPIDNS,
	},
	{
		Name: "uts", Operators: equality, Values: "host names, at most 63 bytes; * stands for any text",
		Doc:     "the host name, as the process sees it",
		Example: "uts=web-*", why: task, add: (*builder).addUTS,
	},
	{
		Name: "tree", Operators: equality, Values: "process ids, at least 1",
		Doc:     "the process is one of these or descends from it; of several ancestors the nearest decides",
		Example: "tree=1", why: remembered, add: (*builder).addTree,
	},
	{
		Name: "container", Short: "c", Operators: containerOps, Values: "new; (the beginnings of) container ids; true or false",
		Doc:     "the process runs in a container, in one of these, in one made after the tracer began (container!=new: in one that was there); !container: on the host",
		Example: "container=4f3a9c,07d1", why: "the kernel is told which cgroups are containers", add: (*builder).addContainer,
	},
	{
		Name: "container-name", Operators: equality, Values: "names; * stands for any text",
		Doc:     "the name of the container. Where no runtime tells it, it is missing: = never matches, != always",
		Example: "container-name=web*", add: (*builder).addContainerName,
	},
	{
		Name: "image", Operators: equality, Values: "names; * stands for any text",
		Doc:     "the image of the container. Where no runtime tells it, it is missing: = never matches, != always",
		Example: "image=*/nginx:*", add: (*builder).addImage,
	},
	{
		Name: "pod", Operators: equality, Values: "names; * stands for any text",
		Doc:     "the Kubernetes pod of the container. Where no runtime tells it, it is missing: = never matches, != always",
		Example: "pod=shop-*", add: (*builder).addPod,
	},
	{
		Name: "namespace", Operators: equality, Values: "names; * stands for any text",
		Doc:     "the Kubernetes namespace of the pod. Where no runtime tells it, it is missing: = never matches, != always",
		Example: "namespace!=kube-system", add: (*builder).addNamespace,
	},
	{
		Name: labelField, Operators: equality, Values: "texts; * stands for any text",
		Doc:     "a label of the container or of its pod, written label:KEY. Without that label = never matches, != always",
		Example: "label:app=shop", add: (*builder).addLabel,
	},
	{
		Name: "follow", Short: "f", Operators: bareOnly,
		Doc:     "a process once accepted stays accepted, and so do its descendants, whatever the fields from comm to label say",
		Example: "follow", why: remembered, add: (*builder).addFollow,
	},
}

// Fields lists the rows of the grammar.
func Fields() []Field { return slices.Clone(fields) }

func lookup(name string) *Field {
	if key, ok := strings.CutPrefix(name, labelField+":"); ok && key != "" {
		name = labelField
	}
	for i := range fields {
		if f := &fields[i]; f.Name == name || (f.Short != "" && f.Short == name) {
			return f
		}
	}
	return nil
}

func fieldNames() []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func knownFields() string { return "known: " + strings.Join(fieldNames(), ", ") }

// check reports an operator that the field does not take.
func (f *Field) check(e expression) error {
	op := e.op.text
	switch {
	case e.negated && !slices.Contains(f.Operators, "!"):
		return e.wrong(e.name, f.usage(), "field %s cannot be negated with a leading !", f.Name)
	case e.negated && op != "":
		return e.wrong(e.op, f.usage(), "operator %q after !%s", op, f.Name)
	case e.negated, op != "!" && slices.Contains(f.Operators, op):
		return nil
	case op == "":
		return e.wrong(e.name, f.usage(), "field %s needs an operator and a value", f.Name)
	case f.Values == "":
		return e.wrong(e.op, f.usage(), "field %s takes no value", f.Name)
	}
	return e.wrong(e.op, f.usage(), "field %s has no operator %q", f.Name, op)
}

// usage says how the field is written: "write comm= or comm!=".
func (f *Field) usage() string { return "write " + strings.Join(f.forms(), " or ") }

func (f *Field) forms() []string {
	forms := make([]string, len(f.Operators))
	for i, op := range f.Operators {
		if op == "!" {
			forms[i] = "!" + f.Name
		} else {
			forms[i] = f.Name + op
		}
	}
	return forms
}

// Help is the grammar of --trace for people, made from the rows.
func Help() string {
	var b strings.Builder
	b.WriteString(helpIntro)
	for i := range fields {
		fields[i].help(&b)
	}
	b.WriteString(helpRules)
	return b.String()
}

func (f *Field) help(b *strings.Builder) {
	name := f.Name
	if f.Short != "" {
		name += ", " + f.Short
	}
	fmt.Fprintf(b, "  %-15s %s\n", name, strings.Join(f.forms(), "  "))
	decided := "the kernel decides"
	if f.why == "" {
		decided = "user space decides"
	}
	text := f.Doc + "; " + decided + "."
	if f.Values != "" {
		text += " Values: " + f.Values + "."
	}
	for _, line := range wrapped(text+" Example: "+f.Example, 60) {
		fmt.Fprintf(b, "  %-15s %s\n", "", line)
	}
}

// wrapped breaks a text into lines at its blanks.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

const helpIntro = `--trace EXPRESSION selects events and the processes they come from.
The flag may be repeated: expressions on different fields must all hold,
expressions on the same field add up.

Fields (with short form), how they are written, what they mean:
`

const helpRules = `
Arguments of events:
  EVENT.ARGUMENT  =  !=  and of numbers also  <  <=  >  >=
                  an argument as tracer list shows it. Selects the event, too,
                  as event=EVENT does. Texts are compared whole; * stands for
                  any text. Of a list one text must fit (!=: none may). Numbers
                  may be written as the names that tracer prints. Of a word of
                  flags, = asks whether these flags are set (O_RDONLY: whether
                  that is the access mode), others may be set beside them; <
                  and > compare the number. Of a socket address the family,
                  the address, ADDRESS:PORT, :PORT or the path is compared.
                  The kernel decides about texts and paths, user space about
                  the rest. Example: openat.pathname=/etc/*,*.conf
                  Example: openat.flags=O_WRONLY|O_CREAT
                  Example: security_socket_connect.remote_addr=:53
  EVENT.retval    as retval, of one event. Example: openat.retval=-EACCES

Texts with one * at the beginning or the end are the kernel's business; with
more, or one in the middle, it decides what comes before the first and user
space the rest. tracer check --trace says who decides what, and why.

An argument that an event lacks, a program or container name that is not known:
= never matches, nor do < and >; != always does.

Several values of one field:
  =            any of the values
  !=           none of the values; with = on the same field: those, less these
  < <= > >=    all of them hold; a value that = or != names is decided by that
               alone, so uid=0 with uid>1000 means 0 or above 1000
A value may be quoted, "a,b" or 'a,b'; a backslash in quotes takes the next
character as it is, so that "\*" is a star. At most 256 values per field.
`
