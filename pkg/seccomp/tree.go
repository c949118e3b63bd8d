//go:build linux

package seccomp

// ranges are all system call numbers, cut into pieces with the same leaf, sorted:
// a piece goes as far as the next one begins. Most calls are allowed, so there are
// far fewer pieces than calls.
type ranges []piece

type piece struct {
	first uint32
	leaf  leaf
}

// from says what happens to first and all numbers above it, which none of those
// pieces that there are may begin with.
func (r *ranges) from(first uint32, l leaf) {
	if n := len(*r); n == 0 || !(*r)[n-1].leaf.same(l) {
		*r = append(*r, piece{first, l})
	}
}

func (r ranges) width(i int) uint64 {
	if i+1 == len(r) {
		return 1<<32 - uint64(r[i].first)
	}
	return uint64(r[i+1].first - r[i].first)
}

// byNumber is the search for the number of the call.
//
// Short ways and programs are worth more than a fast system call: when a filter is
// loaded, the kernel compiles it, and walks it for each number, to see which are
// always allowed (Linux 5.11). That takes most of the time.
func (c *code) byNumber(r ranges) {
	c.load(offsetNumber)
	c.tree(r.chains())
}

// tree is a binary search for the chain.
func (c *code) tree(chains []chain) {
	if len(chains) == 1 {
		c.chain(chains[0])
		return
	}
	middle := len(chains) / 2
	c.branch(jumpGE, chains[middle].pieces[0].first, func() { c.tree(chains[:middle]) })
	c.tree(chains[middle:])
}
