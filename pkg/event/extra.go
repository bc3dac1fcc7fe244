package event

import (
	"encoding/json"
	"fmt"
)

// Extra holds the keys of a foreign stream that this version does not know,
// with their values as they came. Through gob it travels as one JSON object:
// gob itself would allocate whatever size a corrupt stream gives for a map.
type Extra map[string]json.RawMessage

// GobEncode implements gob.GobEncoder.
func (x Extra) GobEncode() ([]byte, error) {
	members := appendExtra(nil, x)
	if len(members) == 0 {
		return nil, nil
	}
	members[0] = '{' // in place of the first comma
	return append(members, '}'), nil
}

// GobDecode implements gob.GobDecoder.
func (x *Extra) GobDecode(data []byte) error {
	*x = nil
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, (*map[string]json.RawMessage)(x)); err != nil {
		return fmt.Errorf("decode unknown keys: %w", err)
	}
	return nil
}
