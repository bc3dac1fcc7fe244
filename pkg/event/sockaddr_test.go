package event

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSockaddrJSON(t *testing.T) {
	tests := []struct {
		addr Sockaddr
		want string
	}{
		{Sockaddr{Family: "AF_UNIX", Path: "/run/x\"y"}, `{"sa_family":"AF_UNIX","sun_path":"/run/x\"y"}`},
		{Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 443}, `{"sa_family":"AF_INET","sin_addr":"10.0.0.1","sin_port":"443"}`},
		{Sockaddr{Family: "AF_INET6", Addr: "fe80::1", Port: 22, FlowInfo: 7, ScopeID: 2},
			`{"sa_family":"AF_INET6","sin6_addr":"fe80::1","sin6_flowinfo":"7","sin6_port":"22","sin6_scopeid":"2"}`},
		{Sockaddr{Family: "AF_NETLINK"}, `{"sa_family":"AF_NETLINK"}`},
		{Sockaddr{Family: "44"}, `{"sa_family":"44"}`},
		{Sockaddr{Family: "AF_NETLINK", Other: `{"nl_groups":"1","nl_pid":"7"}`}, `{"nl_groups":"1","nl_pid":"7","sa_family":"AF_NETLINK"}`},
		{Sockaddr{Family: "AF_ALG", Other: `{"salg_name":"a\"b"}`}, `{"sa_family":"AF_ALG","salg_name":"a\"b"}`},
	}
	for _, tt := range tests {
		text, err := json.Marshal(tt.addr)
		if err != nil || string(text) != tt.want {
			t.Errorf("%+v: %s, %v; want %s", tt.addr, text, err, tt.want)
		}
		fromMap, err := json.Marshal(tt.addr.Map())
		if err != nil || string(fromMap) != tt.want {
			t.Errorf("%+v: the map is %s, %v; want %s", tt.addr, fromMap, err, tt.want)
		}
		var back Sockaddr
		if err := json.Unmarshal(text, &back); err != nil || back != tt.addr {
			t.Errorf("%s: read as %+v, %v", text, back, err)
		}
		if back, ok := sockaddrOf(tt.addr.Map()); !ok || back != tt.addr {
			t.Errorf("%s: from the map %+v, %v", text, back, ok)
		}
	}
}

func TestSockaddrRefuses(t *testing.T) {
	tooMany := ""
	for i := range maxFields + 1 {
		tooMany += fmt.Sprintf(`,"f%d":""`, i)
	}
	for _, text := range []string{`7`, `null`, `{}`, `{"sa_family":2}`, `{"sa_family":""}`, `{"sun_path":"/x"}`,
		`{"sa_family":"AF_NETLINK","nl_pid":7}`, `{"sa_family":"AF_NETLINK"` + tooMany + `}`,
		`{"sa_family":"AF_INET","sin_port":"-1"}`, `{"sa_family":"AF_INET","sin_port":80}`, `{"sa_family":"AF_INET","sun_path":""}`} {
		if err := new(Sockaddr).UnmarshalJSON([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "decode socket address: ") {
			t.Errorf("%s: error %v", text, err)
		}
		var m map[string]any
		if json.Unmarshal([]byte(text), &m) == nil {
			if a, ok := sockaddrOf(m); ok {
				t.Errorf("%s: accepted as %+v", text, a)
			}
		}
	}
	want := Sockaddr{Family: "AF_UNIX"}
	if diff := cmp.Diff(want.Map(), map[string]any{"sa_family": "AF_UNIX", "sun_path": ""}); diff != "" {
		t.Error(diff)
	}
}
