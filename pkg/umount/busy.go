//go:build linux

package umount

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/holders"
)

// busy says what keeps the mount on path busy, and what helps.
func busy(path string) string {
	found, err := holders.Of(path)
	if err != nil {
		return "what keeps it busy cannot be looked up: " + diag.Escape(err.Error())
	}
	var causes []string
	if len(found.Mounts) > 0 {
		causes = append(causes, "mounted below it: "+list(found.Mounts, diag.Quote)+": unmount them with it by --recursive")
	}
	if len(found.Holders) > 0 {
		causes = append(causes, "in use by "+list(found.Holders, holder)+": end them, or detach it with --lazy")
	}
	for _, l := range found.Loops {
		causes = append(causes, l.Device+" is a loop device on "+diag.Quote(l.File)+": `losetup -d "+l.Device+"`")
	}
	for _, file := range found.Swaps {
		causes = append(causes, diag.Quote(file)+" is swapped to: `swapoff "+diag.Quote(file)+"`")
	}
	if len(causes) == 0 {
		causes = append(causes, "nothing that can be seen from here uses it: this command itself, the kernel (an NFS server, "+
			"a bound socket) or a process outside of this PID namespace may: detach it with --lazy")
	}
	if found.Unseen > 0 {
		causes = append(causes, processes(found.Unseen)+" of others could not be looked at: run it as the host's root")
	}
	return strings.Join(causes, "; ")
}

func processes(n int) string {
	if n == 1 {
		return "1 process"
	}
	return strconv.Itoa(n) + " processes"
}

// holder is a process: PID 42 (sleep: cwd, fd 3).
func holder(h holders.Holder) string {
	text := "PID " + strconv.Itoa(h.PID) + " (" + diag.Quote(h.Command) + ": " + list(h.How, diag.Escape)
	switch {
	case h.Elsewhere:
		text += "; also mounted in its mount namespace, on " + diag.Quote(h.Copy)
	case h.Copy != "":
		text += "; also mounted on " + diag.Quote(h.Copy)
	}
	return text + ")"
}

// list is the first five.
func list[T any](all []T, say func(T) string) string {
	const shown = 5
	var said []string
	for _, one := range all[:min(shown, len(all))] {
		said = append(said, say(one))
	}
	text := strings.Join(said, ", ")
	if more := len(all) - shown; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}
