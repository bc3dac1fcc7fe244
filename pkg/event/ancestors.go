package event

import "fmt"

// Ancestor is a program in a process's line of descent. Of one that was not seen
// only the ids are known; the line ends with it.
type Ancestor struct {
	ExecID        string `json:"execId"`
	HostProcessID int    `json:"hostProcessId"`
	ProcessName   string `json:"processName"`
	Executable    string `json:"executable"`
}

// AppendJSON appends the ancestor as an object with the keys that the same
// things have in an event.
func (a *Ancestor) AppendJSON(dst []byte) []byte {
	dst = appendString(append(dst, `{"execId":`...), a.ExecID)
	dst = appendInt(append(dst, `,"hostProcessId":`...), a.HostProcessID)
	dst = appendString(append(dst, `,"processName":`...), a.ProcessName)
	dst = appendString(append(dst, `,"executable":`...), a.Executable)
	return append(dst, '}')
}

func setAncestors(e *Event, raw []byte) error {
	if raw[0] != '[' {
		return fmt.Errorf("want a list of ancestors, have %s", excerpt(raw))
	}
	e.Ancestors = []Ancestor{}
	return eachElement(raw, func(raw []byte) error {
		var a Ancestor
		if err := a.scan(raw); err != nil {
			return err
		}
		e.Ancestors = append(e.Ancestors, a)
		return nil
	})
}

func (a *Ancestor) scan(raw []byte) error {
	if raw[0] != '{' {
		return fmt.Errorf("want an ancestor, which is an object, have %s", excerpt(raw))
	}
	return eachMember(raw, func(key, raw []byte) error {
		switch string(key) {
		case `"execId"`:
			return setString(&a.ExecID, raw)
		case `"hostProcessId"`:
			return setInt(&a.HostProcessID, raw)
		case `"processName"`:
			return setString(&a.ProcessName, raw)
		case `"executable"`:
			return setString(&a.Executable, raw)
		}
		return nil
	})
}
