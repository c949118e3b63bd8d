//go:build linux

package cli

// Mode is enum nsexec_mode: how the constructor treats operands.
type Mode uint8

const (
	ModeRun   Mode = iota // the first operand may be ROOTFS; options create namespaces
	ModeJoin              // options join namespaces; all operands are the command
	ModeExec              // the command lines that package nsexec writes for itself
	ModePaths             // no command, all operands are paths; the constructor has no part in it
)

// Arg is enum nsexec_arg: whether an option takes an argument.
type Arg uint8

const (
	ArgNone     Arg = iota // --name
	ArgRequired            // --name=x, --name x, -nx, -n=x, -n x
	ArgOptional            // --name, --name=x, -n, -n/x, -n.x, -n:x, -n=x
)

// Act is enum nsexec_act: what an option asks of the constructor. See
// nsexec/options.h for each.
type Act uint8

const (
	ActNone Act = iota
	ActNew
	ActJoin
	ActAll
	ActTarget
	ActTargetFD
	ActFork
	ActNoFork
	ActKillChild
	ActMapRoot
	ActMapCurrent
	ActRoot
	ActWd
	ActWdns
	ActPreserve
	ActPrivileged
	ActShells
	ActSyncFD
	ActKeepFDs
	ActMap
	ActOwner
	ActDropGroups
	ActSetUID
	ActSetGID
	ActGroups
	ActNoNewPrivs
	ActCaps
	ActSeccompFD
	ActVolume
	ActFS
	ActWait
)

// Meaning is what an option means to the constructor.
type Meaning struct {
	Act Act
	NS  uint32 // CLONE_NEW* flags that the option names or implies
	// Go leaves work, or a check of the argument, for Go in the new
	// namespaces: the constructor does not execute the command itself.
	Go bool
	// Limits takes privileges from the command, which then must not reach the tool's executable.
	Limits bool
	// Defer is for what Go must do first: the constructor does nothing at all.
	Defer bool
}

// Entry is one row of the constructor's table.
type Entry struct {
	Name   string // without dashes
	Letter byte   // 0 when there is none
	Arg    Arg
	Meaning
}

// The C enumerators, by value.
var (
	modeNames = [...]string{"NSEXEC_MODE_RUN", "NSEXEC_MODE_JOIN", "NSEXEC_MODE_EXEC"}
	argNames  = [...]string{"NSEXEC_ARG_NONE", "NSEXEC_ARG_REQUIRED", "NSEXEC_ARG_OPTIONAL"}
	actNames  = [...]string{
		ActNone:       "NSEXEC_ACT_NONE",
		ActNew:        "NSEXEC_ACT_NEW",
		ActJoin:       "NSEXEC_ACT_JOIN",
		ActAll:        "NSEXEC_ACT_ALL",
		ActTarget:     "NSEXEC_ACT_TARGET",
		ActTargetFD:   "NSEXEC_ACT_TARGET_FD",
		ActFork:       "NSEXEC_ACT_FORK",
		ActNoFork:     "NSEXEC_ACT_NO_FORK",
		ActKillChild:  "NSEXEC_ACT_KILL_CHILD",
		ActMapRoot:    "NSEXEC_ACT_MAP_ROOT",
		ActMapCurrent: "NSEXEC_ACT_MAP_CURRENT",
		ActRoot:       "NSEXEC_ACT_ROOT",
		ActWd:         "NSEXEC_ACT_WD",
		ActWdns:       "NSEXEC_ACT_WDNS",
		ActPreserve:   "NSEXEC_ACT_PRESERVE",
		ActPrivileged: "NSEXEC_ACT_PRIVILEGED",
		ActShells:     "NSEXEC_ACT_SHELLS",
		ActSyncFD:     "NSEXEC_ACT_SYNC_FD",
		ActKeepFDs:    "NSEXEC_ACT_KEEP_FDS",
		ActMap:        "NSEXEC_ACT_MAP",
		ActOwner:      "NSEXEC_ACT_OWNER",
		ActDropGroups: "NSEXEC_ACT_DROP_GROUPS",
		ActSetUID:     "NSEXEC_ACT_SETUID",
		ActSetGID:     "NSEXEC_ACT_SETGID",
		ActGroups:     "NSEXEC_ACT_GROUPS",
		ActNoNewPrivs: "NSEXEC_ACT_NO_NEW_PRIVS",
		ActCaps:       "NSEXEC_ACT_CAPS",
		ActSeccompFD:  "NSEXEC_ACT_SECCOMP_FD",
		ActVolume:     "NSEXEC_ACT_VOLUME",
		ActFS:         "NSEXEC_ACT_FS",
		ActWait:       "NSEXEC_ACT_WAIT",
	}
)
