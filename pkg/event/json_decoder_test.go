package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The fast way and the general one make the same of every text.
func FuzzDecoder(f *testing.F) {
	f.Add(sample().AppendJSON(nil))
	f.Add([]byte(`{"eventName":"x","args":[{"value":"a","type":"string","name":"n","truncated":true,"path":"/p"},{"name":"b\u0062","type":7}]}`))
	f.Add([]byte(`{"eventName":"x","args":[{"value":"0x7f","type":"void *"},{"value":[1,2],"type":"int[2]"},{}],"args":[]}`))
	f.Add([]byte(`{"timestamp":1,"eventId":"257","unknown":{"a":1},"unknown":2,"\u0061":3,"processName":"\u0000é"}`))
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	d := NewDecoder() // which keeps what it has read
	f.Fuzz(func(t *testing.T, data []byte) {
		var slow Event
		slowErr := slow.unmarshal(data)
		fast, fastErr := d.Decode(data)
		if fmt.Sprint(slowErr) != fmt.Sprint(fastErr) {
			t.Fatalf("%q: general way: %v, fast: %v", data, slowErr, fastErr)
		}
		if fastErr == nil && !reflect.DeepEqual(&slow, fast) {
			t.Fatalf("%q: (-general +fast)\n%s", data, cmp.Diff(&slow, fast))
		}
	})
}

// An event is its own: what the buffer holds next does not change it.
func TestDecoderDoesNotShare(t *testing.T) {
	text := sample().AppendJSON(nil)
	d := NewDecoder()
	e, err := d.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	want := string(e.AppendJSON(nil))
	for i := range text {
		text[i] = 'x'
	}
	for i := range 5000 { // and other names take the places of the kept ones
		if _, err := d.Decode(fmt.Appendf(nil, `{"eventName":"e%d","processName":"p%d"}`, i, i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(e.AppendJSON(nil)); got != want {
		t.Errorf("event changed to %s", got)
	}
}

// usual is a line as most are: an open in a container.
var usual = strings.ReplaceAll(`{"timestamp":1764000000123456789,"threadStartTime":51234567890,"processorId":1,"processId":4711,"cgroupId":8123,
"threadId":4711,"parentProcessId":4700,"hostProcessId":14711,"hostThreadId":14711,"hostParentProcessId":14700,"userId":0,
"mountNamespace":4026532621,"pidNamespace":4026532624,"processName":"nginx","hostName":"web-1",
"containerId":"4f1c8b1d2a6e5f70819293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8","containerImage":"nginx:1.27","containerName":"web",
"podName":"","podNamespace":"","podUID":"","eventId":"713","eventName":"security_file_open","argsNum":5,"returnValue":0,
"stackAddresses":null,"args":[{"name":"pathname","type":"const char*","value":"/etc/nginx/conf.d/default.conf"},
{"name":"flags","type":"string","value":"O_RDONLY|O_LARGEFILE"},{"name":"dev","type":"dev_t","value":46},
{"name":"inode","type":"unsigned long","value":1312345},{"name":"ctime","type":"unsigned long","value":1763999999000000000}],
"executable":"/usr/sbin/nginx","execId":"0123456789ab:14711:51234567890:1","parentExecId":"0123456789ab:14700:50234567890:1","sequence":123456}`, "\n", "")

// B is encoding/json with the struct that people would write for the line, the
// measure of the others.
func BenchmarkUsual(b *testing.B) {
	line := []byte(usual)
	type plain struct {
		Timestamp, ThreadStartTime                                                          int64
		ProcessorID, ProcessID, ThreadID, ParentProcessID                                   int
		CgroupID                                                                            uint64
		HostProcessID, HostThreadID, HostParentProcessID, UserID                            int
		MountNamespace, PidNamespace                                                        uint32
		ProcessName, HostName, ContainerID, ContainerImage, ContainerName                   string
		PodName, PodNamespace, PodUID, EventID, EventName, Executable, ExecID, ParentExecID string
		ArgsNum                                                                             int
		ReturnValue                                                                         int64
		StackAddresses                                                                      []uint64
		Args                                                                                []struct {
			Name, Type string
			Value      any
		}
		Sequence uint64
	}
	for _, bb := range []struct {
		name string
		run  func() error
	}{
		{"B", func() error { return json.Unmarshal(line, new(plain)) }},
		{"unwanted", func() error {
			if !Unwanted(line, selection) {
				return fmt.Errorf("wanted")
			}
			return nil
		}},
		{"decode", func() func() error {
			d := NewDecoder()
			return func() error { _, err := d.Decode(line); return err }
		}()},
		{"general", func() error { return new(Event).unmarshal(line) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				if err := bb.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
