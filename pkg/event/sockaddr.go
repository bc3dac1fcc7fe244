package event

// Sockaddr is a socket address. Its JSON form is an object of strings:
// sa_family and, by family, sun_path; sin_addr and sin_port; sin6_addr,
// sin6_port, sin6_flowinfo and sin6_scopeid.
type Sockaddr struct {
	Family   string // AF_UNIX, AF_INET, AF_INET6, … or the number
	Path     string // AF_UNIX; an abstract name begins with @
	Addr     string // AF_INET, AF_INET6
	Port     uint16
	FlowInfo uint32
	ScopeID  uint32
}
