//go:build linux

// Package run is nsrun: the plan of a run in new namespaces.
//
// The constructor of package nsexec has created the namespaces by the time that
// this code runs in them; what is left is here, in the order of [Config.Steps].
package run

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/idmap"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/privilege"
	"nskit.dev/nskit/pkg/rootfs"
)

// Config is a run, checked.
type Config struct {
	Kinds      nsfs.Kind            // the namespaces asked for
	Files      map[nsfs.Kind]string // where some of them are to be kept
	Map        nsexec.Map           // id map of the user namespace, where Maps is simple
	Maps       idmap.Options        // the id maps in full, which the helper writes
	Remap      *creds.Ref           // instead of Maps: of whom all subordinate ids are mapped
	Identity   Identity             // who the command is
	Owner      string               // UID:GID of the user namespace; "": the caller
	NewSession bool                 // setsid
	Privileges privilege.Options    // what it may do
	Hostname   string               // "": as it is
	Domainname string               // "": as it is
	Mounts     rootfs.Config        // what the mount namespace is to look like, when there is one
	Wd         string               // working directory inside; "": as it is, / with a root directory
	Fork       bool                 // run the command in a child even where that is not needed
	KillChild  unix.Signal          // death signal of the command; 0: SIGKILL
	Command    []string             // empty: a shell
}

// prepare notes in the mount configuration which namespaces there will be.
func (c *Config) prepare(created nsfs.Kind) {
	c.Mounts.NewPID = created&nsfs.PID != 0
	c.Mounts.NewNet = created&nsfs.Net != 0
	c.Mounts.NewIPC = created&nsfs.IPC != 0
	c.Mounts.NewUser = created&nsfs.User != 0
}
