// Package idmap makes and writes the id maps of a user namespace: uid_map,
// gid_map and setgroups below /proc/PID (user_namespaces(7)).
//
// The options are those of unshare(1), with its meaning; [Build] makes maps of
// them, and refuses before anything is created what the kernel, newuidmap(1) or
// newgidmap(1) would refuse later, and with fewer words. [Write] writes them
// from outside of the namespace: directly where the caller may, else by those
// programs, which know from /etc/subuid and /etc/subgid, or from the site's
// directory, what belongs to whom.
package idmap
