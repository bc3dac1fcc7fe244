package receiver

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tracehound/tracehound/pkg/report/deliver"
)

// otlpRejected reads an ExportLogsServiceResponse: a receiver may answer 200 and
// still refuse some of the records. It does not say which.
func otlpRejected(answer []byte) error {
	partial, _ := field(answer, 1)
	_, rejected := field(partial, 1)
	if rejected == 0 {
		return nil
	}
	message, _ := field(partial, 2)
	return &deliver.RefusedError{Err: fmt.Errorf("%d records rejected%s", rejected, reason(message))}
}

// field is the last field of that number in a message: its bytes or its number.
func field(message []byte, number protowire.Number) (value []byte, varint uint64) {
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, 0
		}
		message = message[n:]
		n = protowire.ConsumeFieldValue(num, typ, message)
		if n < 0 {
			return nil, 0
		}
		if num == number {
			switch typ {
			case protowire.BytesType:
				value, _ = protowire.ConsumeBytes(message)
			case protowire.VarintType:
				varint, _ = protowire.ConsumeVarint(message)
			}
		}
		message = message[n:]
	}
	return value, varint
}
