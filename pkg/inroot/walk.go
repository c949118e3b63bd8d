//go:build linux

package inroot

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// maxLinks is MAXSYMLINKS of the kernel: path_resolution(7).
const maxLinks = 40

// walker resolves a path one component at a time. No call that it makes has more
// than one component or follows a link, so that none can be led astray.
type walker struct {
	root   int
	create bool // what is missing,
	dir    bool // the last component as a directory

	nodes []node // the way from root, which is not in it, to where the walk is
	text  string // what is still to go of the links that were followed,
	rest  string // and after that of the path
	links int    // followed
	link  string // the last one that the path itself named
	made  []Made
}

func (w *walker) walk() error {
	for {
		name, ofLink := w.next()
		var err error
		switch name {
		case "":
			return nil
		case ".":
		case "..":
			// Not openat(".."): the directory may have been moved meanwhile,
			// and the one above it be outside.
			if n, ok := w.pop(); ok {
				closeFD(n.fd)
			}
		default:
			err = w.step(name, ofLink)
		}
		if err != nil {
			return err
		}
	}
}

// next takes the next component off, and says whether it is from a link. The slash
// behind it stays: it demands that the component is a directory.
func (w *walker) next() (name string, ofLink bool) {
	from := &w.text
	*from = strings.TrimLeft(*from, "/")
	ofLink = *from != ""
	if !ofLink {
		from = &w.rest
		*from = strings.TrimLeft(*from, "/")
	}
	end := strings.IndexByte(*from, '/')
	if end < 0 {
		end = len(*from)
	}
	name = (*from)[:end]
	*from = (*from)[end:]
	return name, ofLink
}

func (w *walker) last() bool { return w.text == "" && w.rest == "" }

// step goes one component further.
func (w *walker) step(name string, ofLink bool) error {
	n, err := w.open(name)
	if err == unix.ENOENT && ofLink {
		return w.dangling(name)
	}
	// Whoever else creates or removes it at the same moment is given way to.
	for i := 0; err == unix.ENOENT && w.create && i < attempts; i++ {
		if err := w.make(name); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
		n, err = w.open(name)
	}
	if err != nil {
		return w.fail(name, err)
	}
	switch n.mode & unix.S_IFMT {
	case unix.S_IFLNK:
		if !ofLink {
			w.link = w.at(name)
		}
		err = w.follow(n)
		closeFD(n.fd)
		return err
	case unix.S_IFDIR:
	default:
		if !w.last() {
			closeFD(n.fd)
			return w.fail(name, unix.ENOTDIR)
		}
	}
	w.nodes = append(w.nodes, n)
	return nil
}
