package event

import (
	"testing"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Every kind's own C type must bring its values back as the kind's Go type.
func TestTypeEncodingKnowsEveryKind(t *testing.T) {
	for _, k := range schema.Kinds() {
		info := k.Info()
		enc, ok := TypeEncoding(info.Type)
		if !ok || enc != info.Enc {
			t.Errorf("kind %s: type %q has encoding %d, %v; want %d", k, info.Type, enc, ok, info.Enc)
		}
	}
}

func TestTypeEncoding(t *testing.T) {
	tests := []struct {
		ctype string
		want  schema.Encoding
		known bool
	}{
		{"struct timespec*", schema.EncU64, true},
		{"void *", schema.EncU64, true},
		{"const char *const *", schema.EncStrings, true},
		{"struct sockaddr*", schema.EncSockaddr, true},
		{"const struct sockaddr *", schema.EncSockaddr, true},
		{"float", 0, false},
		{"slim_cred_t", schema.EncCred, true},
		{"unsigned long[]", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		if got, ok := TypeEncoding(tt.ctype); got != tt.want || ok != tt.known {
			t.Errorf("TypeEncoding(%q) = %d, %v; want %d, %v", tt.ctype, got, ok, tt.want, tt.known)
		}
	}
}
