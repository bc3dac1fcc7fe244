package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// plain is an event as somebody would read it who has ten minutes.
type plain struct {
	Timestamp           int64  `json:"timestamp"`
	ThreadStartTime     int64  `json:"threadStartTime"`
	ProcessorID         int    `json:"processorId"`
	ProcessID           int    `json:"processId"`
	CgroupID            uint64 `json:"cgroupId"`
	ThreadID            int    `json:"threadId"`
	ParentProcessID     int    `json:"parentProcessId"`
	HostProcessID       int    `json:"hostProcessId"`
	HostThreadID        int    `json:"hostThreadId"`
	HostParentProcessID int    `json:"hostParentProcessId"`
	UserID              int    `json:"userId"`
	MountNS             int    `json:"mountNamespace"`
	PIDNS               int    `json:"pidNamespace"`
	ProcessName         string `json:"processName"`
	HostName            string `json:"hostName"`
	ContainerID         string `json:"containerId"`
	ContainerImage      string `json:"containerImage"`
	ContainerName       string `json:"containerName"`
	PodName             string `json:"podName"`
	PodNamespace        string `json:"podNamespace"`
	PodUID              string `json:"podUID"`
	EventID             int    `json:"eventId,string"`
	EventName           string `json:"eventName"`
	ArgsNum             int    `json:"argsNum"`
	ReturnValue         int    `json:"returnValue"`
	StackAddresses      []uint64
	Args                []struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Value any    `json:"value"`
	} `json:"args"`
	Executable   string `json:"executable"`
	ExecID       string `json:"execId"`
	ParentExecID string `json:"parentExecId"`
	Sequence     uint64 `json:"sequence"`
}

// decodeAll is the baseline B: encoding/json on every line.
func decodeAll(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open stream: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		var e plain
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("decode event: %w", err)
		}
	}
	return lines.Err()
}
