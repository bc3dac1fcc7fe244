package rules

import (
	"fmt"
	"log/slog"

	"kernel.org/pub/linux/libs/security/libcap/cap"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/privilege"
)

// dropPrivileges gives up all rights above those of the user: input and
// signatures are open by now. Only folders of others, whose signatures may change
// while the input goes on, still want reading.
func (o *options) dropPrivileges(endless bool, log *slog.Logger) error {
	if !privilege.Some() {
		return nil
	}
	var keep []cap.Value
	if endless && len(o.dirs) > 0 {
		keep = append(keep, cap.DAC_READ_SEARCH)
	}
	err := privilege.Drop(keep...)
	switch {
	case err == nil:
		return nil
	case o.highCapabilities:
		log.Warn("rules runs with more rights than it needs", "error", err)
		return nil
	}
	return cli.WithHint(fmt.Errorf("give up rights that are not needed: %w", err), "--allow-high-capabilities goes on with them")
}
