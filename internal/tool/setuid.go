//go:build linux

package tool

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// RefuseSetuid is for tools without a table of options for the constructor, which refuses it for
// the others. umount(8) may be setuid since it reads in fstab(5) what users may unmount; ours would
// let everybody unmount everything.
func RefuseSetuid() error {
	const secure = 23 // AT_SECURE: setuid, setgid or file capabilities; getauxval(3)
	vector, err := unix.Auxv()
	if err != nil {
		return &diag.Error{Call: "getauxval(AT_SECURE)", Err: err}
	}
	for _, entry := range vector {
		if entry[0] == secure && entry[1] != 0 {
			return &diag.Error{
				Step: "start", Err: unix.EPERM,
				Hint: "this program does not run setuid, setgid or with file capabilities: it would hand them to everybody (chmod u-s,g-s; setcap -r)",
			}
		}
	}
	return nil
}
