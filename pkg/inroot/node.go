//go:build linux

package inroot

import (
	"path"
	"strconv"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// node is an open file or directory on the way.
type node struct {
	fd   int
	name string
	mode uint32
}

// open opens what is called name here, a link itself and not what it leads to.
func (w *walker) open(name string) (node, error) {
	fd, err := openat(w.here(), name)
	if err != nil {
		return node{}, err
	}
	var st unix.Stat_t
	if err := retry(func() error { return unix.Fstat(fd, &st) }); err != nil {
		closeFD(fd)
		return node{}, err
	}
	return node{fd: fd, name: name, mode: st.Mode}, nil
}

// here is the directory that the walk is in.
func (w *walker) here() int {
	if len(w.nodes) == 0 {
		return w.root
	}
	return w.nodes[len(w.nodes)-1].fd
}

// pop takes the last node off, which the caller closes.
func (w *walker) pop() (node, bool) {
	last := len(w.nodes) - 1
	if last < 0 {
		return node{}, false
	}
	n := w.nodes[last]
	w.nodes = w.nodes[:last]
	return n, true
}

// toRoot closes all nodes.
func (w *walker) toRoot() {
	for _, n := range w.nodes {
		closeFD(n.fd)
	}
	w.nodes = w.nodes[:0]
}

// at is the path in root of what is called name here.
func (w *walker) at(name string) string {
	var all []string
	for _, n := range w.nodes {
		all = append(all, n.name)
	}
	return path.Join(append(all, name)...)
}

func (w *walker) fail(name string, err error) error {
	return &diag.Error{Call: walkCall(w.at(name)), Err: err}
}

// walkCall shows the whole path, though the call has had its last component only.
func walkCall(path string) string {
	return "openat(root, " + strconv.Quote(path) + ", O_PATH|O_NOFOLLOW|O_CLOEXEC)"
}
