package schema

import "strings"

// flagWords are the kinds whose numbers are read bit by bit.
var flagWords = map[Kind]*flags{
	AccessFlags:       &accessFlags,
	AccessMode:        &accessModes,
	AtFlags:           &atFlags,
	BPFCommand:        &bpfCommands,
	CloneFlags:        &cloneFlags,
	CloseRangeFlags:   &closeRangeFlags,
	EventfdFlags:      &eventfdFlags,
	ExecFlags:         &execFlags,
	FDFlags:           &fdFlags,
	FallocateMode:     &fallocateModes,
	FanotifyFlags:     &fanotifyFlags,
	FanotifyMarkFlags: &fanotifyMarkFlags,
	FanotifyMask:      &fanotifyMasks,
	FlockOperation:    &flockOperations,
	FsmountFlags:      &fsmountFlags,
	FsopenFlags:       &fsopenFlags,
	FspickFlags:       &fspickFlags,
	FutexFlags:        &futexFlags,
	FutexOperation:    &futexOperations,
	GetrandomFlags:    &getrandomFlags,
	IPCFlags:          &ipcFlags,
	InotifyMask:       &inotifyMasks,
	IoUringFlags:      &ioUringFlags,
	IoUringEnterFlags: &ioUringEnterFlags,
	IoUringOpcode:     &ioUringOpcodes,
	KexecFileFlags:    &kexecFileFlags,
	KexecFlags:        &kexecFlags,
	MbindFlags:        &mbindFlags,
	MemfdFlags:        &memfdFlags,
	MemoryPolicy:      &memoryPolicies,
	MessageFlags:      &messageFlags,
	Mlock2Flags:       &mlock2Flags,
	MlockallFlags:     &mlockallFlags,
	MmapFlags:         &mmapFlags,
	MmapProt:          &protFlags,
	ModuleDeleteFlags: &moduleDeleteFlags,
	ModuleInitFlags:   &moduleInitFlags,
	MountAttributes:   &mountAttributes,
	MountFlags:        &mountFlags,
	MoveMountFlags:    &moveMountFlags,
	MremapFlags:       &mremapFlags,
	MsgFlags:          &msgFlags,
	MsyncFlags:        &msyncFlags,
	NamespaceFlags:    &namespaceFlags,
	OpenFlags:         &openFlags,
	OpenTreeFlags:     &openTreeFlags,
	PerfFlags:         &perfFlags,
	Personality:       &personalities,
	PidfdFlags:        &pidfdFlags,
	PidfdSignalFlags:  &pidfdSignalFlags,
	PkeyRights:        &pkeyRights,
	PtraceMode:        &ptraceModes,
	QuotaCommand:      &quotaCommands,
	RWFlags:           &rwFlags,
	RenameFlags:       &renameFlags,
	SchedPolicy:       &schedPolicies,
	SeccompFlags:      &seccompFlags,
	ShmatFlags:        &shmatFlags,
	ShmgetFlags:       &shmgetFlags,
	SigactionFlags:    &sigactionFlags,
	SocketFlags:       &socketFlags,
	SocketType:        &socketTypes,
	SpliceFlags:       &spliceFlags,
	StatxMask:         &statxMasks,
	SwapFlags:         &swapFlags,
	SyncRangeFlags:    &syncRangeFlags,
	TimerFlags:        &timerFlags,
	TimerfdFlags:      &timerfdFlags,
	UmountFlags:       &umountFlags,
	UnlinkFlags:       &unlinkFlags,
	UserfaultfdFlags:  &userfaultfdFlags,
	UsermodeWait:      &usermodeWaits,
	WaitOptions:       &waitOptions,
	XattrFlags:        &xattrFlags,
}

// Contains turns a text, names or numbers joined by |, into what a value of the
// kind must have: value&mask == want. A name of bits asks for those bits, a name
// of a number inside of the word (such as the access mode of open flags) for that
// number. 0 asks for what it is shown as. ok is false when the kind is no word of
// flags or does not know the text.
func (k Kind) Contains(text string) (want, mask int64, ok bool) {
	f := flagWords[k]
	if f == nil {
		return 0, 0, false
	}
	for part := range strings.SplitSeq(text, "|") {
		w, m, ok := f.contains(strings.TrimSpace(part), true)
		if !ok {
			return 0, 0, false
		}
		want, mask = want|w, mask|m
	}
	switch k.Info().Enc {
	case EncI32, EncU32:
		want, mask = int64(uint32(want)), int64(uint32(mask))
	case EncU16:
		want, mask = int64(uint16(want)), int64(uint16(mask))
	}
	return want, mask, true
}

func (f *flags) contains(part string, numbers bool) (want, mask int64, ok bool) {
	if v, ok := f.whole.number(part); ok {
		return v, -1, true
	}
	for _, p := range f.fields {
		if v, ok := p.names.number(part); ok {
			return v, p.mask, true
		}
	}
	for _, b := range f.bits {
		if b.name == part {
			return b.mask, b.mask, true
		}
	}
	v, ok := parseNumber(part)
	if !ok || !numbers {
		return v, f.ofNumber(v), ok
	}
	// A number means what the names mean that it is shown as.
	for shown := range strings.SplitSeq(f.format(v), "|") {
		w, m, ok := f.contains(shown, false)
		if !ok {
			return 0, 0, false
		}
		want, mask = want|w, mask|m
	}
	return want, mask, true
}

// ofNumber is the mask of a number without a name: its bits, the whole of the
// numbers inside of the word that it has a part in; for 0 the whole word.
func (f *flags) ofNumber(v int64) int64 {
	if v == 0 {
		return -1
	}
	mask := v
	for _, p := range f.fields {
		if v&p.mask != 0 {
			mask |= p.mask
		}
	}
	return mask
}
