package event

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

var credential = Cred{
	UID: 1, GID: 2, SUID: 3, SGID: 4, EUID: 5, EGID: 6, FSUID: 7, FSGID: 8, UserNamespace: 4026531837, SecureBits: 47,
	Inheritable: 1, Permitted: 1<<63 | 1, Effective: 1<<40 - 1, Bounding: 0x1ffffffffff, Ambient: 1 << 10,
}

const credentialJSON = `{"Uid":1,"Gid":2,"Suid":3,"Sgid":4,"Euid":5,"Egid":6,"Fsuid":7,"Fsgid":8,"UserNamespace":4026531837,` +
	`"SecureBits":47,"CapInheritable":1,"CapPermitted":9223372036854775809,"CapEffective":1099511627775,` +
	`"CapBounding":2199023255551,"CapAmbient":1024}`

func TestCredInJSON(t *testing.T) {
	a := Argument{Name: "new_cred", Type: "slim_cred_t", Value: credential}
	text := string(a.AppendJSON(nil))
	want := `{"name":"new_cred","type":"slim_cred_t","value":` + credentialJSON + `}`
	if text != want {
		t.Errorf("have %s\nwant %s", text, want)
	}
	var back Argument
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, back); diff != "" {
		t.Errorf("back from JSON (-sent +read):\n%s", diff)
	}
}

// What is no credentials of this shape is kept as it came.
func TestCredOfAnotherShape(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"Uid":1}`, `[]`, `1`, `"x"`,
		credentialJSON[:len(credentialJSON)-1] + `,"More":1}`,
		credentialJSON[:len(credentialJSON)-1] + `,"Uid":1}`,
		`{"Uid":4294967296` + credentialJSON[len(`{"Uid":1`):],
		`{"Uid":-1` + credentialJSON[len(`{"Uid":1`):],
		`{"Uid":"1"` + credentialJSON[len(`{"Uid":1`):],
	} {
		var c Cred
		if err := c.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s is taken for %v", text, c)
		}
		var a Argument
		if err := json.Unmarshal([]byte(`{"name":"x","type":"slim_cred_t","value":`+text+`}`), &a); err != nil {
			t.Fatal(err)
		}
		if _, ok := a.Value.(Cred); ok {
			t.Errorf("%s is taken for credentials", text)
		}
	}
}

// In a foreign stream with another type string they come as a general object.
func TestNormalizeCred(t *testing.T) {
	def := &schema.Event{Fields: []schema.Field{{Name: "new_cred", Kind: schema.Cred}}}
	for _, value := range []any{decodeAny([]byte(credentialJSON)), credential.Map()} {
		e := &Event{Args: []Argument{{Name: "new_cred", Type: "cred", Value: value}}}
		Normalize(e, def)
		want := []Argument{{Name: "new_cred", Type: "slim_cred_t", Value: credential}}
		if diff := cmp.Diff(want, e.Args); diff != "" {
			t.Errorf("(-want +have):\n%s", diff)
		}
	}
	wrong := map[string]any{"Uid": json.Number("1")}
	e := &Event{Args: []Argument{{Name: "new_cred", Type: "cred", Value: wrong}}}
	Normalize(e, def)
	if diff := cmp.Diff(any(wrong), e.Args[0].Value); diff != "" {
		t.Errorf("an object of another shape was changed:\n%s", diff)
	}
}

func TestCredForPeople(t *testing.T) {
	c := Cred{UID: 1000, UserNamespace: 4026531837, Effective: 1 << 21}
	want := "Uid=1000 Gid=0 Suid=0 Sgid=0 Euid=0 Egid=0 Fsuid=0 Fsgid=0 UserNamespace=4026531837 SecureBits=0 CapEffective=0x200000"
	if got := c.String(); got != want {
		t.Errorf("have %s\nwant %s", got, want)
	}
}
