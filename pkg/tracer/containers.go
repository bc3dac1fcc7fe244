package tracer

import "github.com/tracehound/tracehound/pkg/loader"

// containerChanged corrects the kernel side, which judges a new cgroup by its
// name alone.
func (s *session) containerChanged(id uint64, is bool) {
	var err error
	if is {
		err = s.setContainer(id, 1)
	} else {
		err = s.loader.ForgetContainer(id)
	}
	if err != nil {
		s.log.Warn("the kernel side does not know of a container", "cgroup", id, "error", err)
	}
}

// setContainer tells the kernel side of a container that it may not know.
func (s *session) setContainer(cgroup, isNew uint64) error {
	info, _ := s.containers.Get(cgroup)
	says := s.half.Container(info.ID)
	return s.loader.SetContainer(cgroup, loader.Container{Yes: says.Yes, No: says.No, New: isNew})
}

// seedContainers tells the kernel side of the containers there are, once it sees
// new ones by itself: loading takes long enough for some to begin.
func (s *session) seedContainers() error {
	if err := s.containers.Seed(); err != nil {
		s.log.Warn("some containers are not known", "reason", err)
	}
	for id := range s.containers.Containers() {
		if err := s.setContainer(id, 0); err != nil {
			return err
		}
	}
	return nil
}
