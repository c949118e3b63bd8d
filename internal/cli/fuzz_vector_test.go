//go:build cgo && linux

package cli_test

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/internal/cli"
)

// program makes words of a command line from the bytes of a fuzz input: each
// byte is a choice, and where they end the first of each choice is taken.
type program struct{ bytes []byte }

func (p *program) choose(n int) int {
	if len(p.bytes) == 0 {
		return 0
	}
	b := p.bytes[0]
	p.bytes = p.bytes[1:]
	return int(b) % n
}

func pick[T any](p *program, list []T) T { return list[p.choose(len(list))] }

// mostWords keeps the vectors short enough to be read.
const mostWords = 12

// words are mostly options of the table, in all their spellings. One half of the
// vectors begin with those without which few would be understood.
func (p *program) words(entries []cli.Entry, needed ...string) []string {
	var words []string
	if p.choose(2) == 1 {
		words = append(words, needed...)
	}
	for len(p.bytes) > 0 && len(words) < mostWords {
		switch p.choose(24) {
		case 0:
			words = append(words, pick(p, oddWords))
		case 1:
			n := min(p.choose(6), len(p.bytes))
			words = append(words, withoutNUL(string(p.bytes[:n])))
			p.bytes = p.bytes[n:]
		case 2:
			words = append(words, pick(p, arguments))
		default:
			words = p.option(words, pick(p, entries))
		}
	}
	return words
}

// option appends one spelling of an option, not always one that it has.
func (p *program) option(words []string, e cli.Entry) []string {
	long := "--" + e.Name
	if e.Letter == 0 || p.choose(2) == 0 {
		switch p.choose(3) {
		case 0:
			return append(words, long)
		case 1:
			return append(words, long+"="+p.argument(e))
		}
		return append(words, long, p.argument(e))
	}
	short := string(rune(e.Letter))
	switch p.choose(4) {
	case 0:
		return append(words, "-"+short)
	case 1:
		return append(words, "-"+short, p.argument(e))
	case 2: // into the word before, where that looks like a cluster
		if last := len(words) - 1; last >= 0 && strings.HasPrefix(words[last], "-") && words[last][1:] != "" {
			words[last] += short
			return words
		}
	}
	return append(words, "-"+short+pick(p, attachments)+p.argument(e))
}

// argument is one that may suit the option, or any.
func (p *program) argument(e cli.Entry) string {
	switch e.Act {
	case cli.ActTarget, cli.ActTargetFD, cli.ActKillChild:
		if p.choose(4) > 0 {
			return pick(p, numbers)
		}
	}
	return pick(p, arguments)
}

var attachments = []string{"", "=", "/", ".", ":", "=="}

var numbers = []string{
	"1", "42", "3", "2", "0", "-1", "+1", "01", "0x10", " 1", "1 ", "1e3", "64", "65", "9", "TERM", "sigint", "SIG",
	strconv.Itoa(1<<31 - 1), strconv.Itoa(1 << 31), strings.Repeat("9", 25),
}

// arguments are files that exist and others, what could be taken for something
// else, and the words that some options choose from.
var arguments = append([]string{
	"1", "sh", "", "/", ".", "..", "/tmp", "runopts", "./runopts", "doc.go", "./doc.go", "/no/such", "no-such", "./no-such",
	"/bin/sh", "x", "=", "=x", ":", "a=b", "a b", "\xff\xfe", "\x1b[0m", "é",
	"0:5:1", "auto", "0:0", "5:x", "KILL", "ALL", "1,2", "01", "4294967295", "ff:f:0", "default", "on",
	"off", "3:4", "root:root", "1:4294967295", "4294967294", "0,5,7", "nobody", "subids", "all", "deny", "allow", "CAP_KILL,ALL", "0:0:0",
	"/a:/b:idmap", "tmpfs::/t", "xfs:./disk:/t:ro", "default",
	"-", "--", "-u", "-x", "--uts", "--help", strings.Repeat("n", 64), strings.Repeat("n", 65),
}, strings.Split(modes+"|"+cli.Shells, "|")...)

const modes = "private|slave|unchanged|auto|mount|bind|none|host|ro|rw"

// oddWords are no options, or barely.
var oddWords = []string{
	"--", "-", "", "---", "--=", "--=x", "---x", "-=", "-=x", "-/x", "-test.v", "-test.run=x", "--test.v", "--no-such",
	"--no-such=x", "--targe", "--targets", "--uts\xff", "-\xff", "-é", "-u-", "-u=", "-u==", "--uts=", "--uts==",
	"--fork=", "--fork=true", "--help=x", "-h=", "-uu", "-uuuu/", "-1", "--target-fd",
}

func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }
