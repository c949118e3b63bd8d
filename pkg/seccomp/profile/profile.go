//go:build linux

package profile

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
)

// maxSize is far more than any profile: Docker's has 13 KiB.
const maxSize = 1 << 20

// Read reads the profile in the file at path, which may be a pipe.
//
// What is wrong in it is a usage error that begins with the place, "web.json:12:8:
// syscalls[3].args[0].op: ...": line and column, counted in characters from 1.
func Read(path string) (*seccomp.Profile, error) {
	step := "read the seccomp profile " + diag.Quote(path)
	file, err := os.Open(path)
	if err != nil {
		return nil, &diag.Error{Step: step, Call: "open(" + strconv.Quote(path) + ")", Err: errnoIn(err)}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err != nil {
		return nil, &diag.Error{Step: step, Call: "read(" + strconv.Quote(path) + ")", Err: errnoIn(err)}
	}
	if len(text) > maxSize {
		return nil, diag.Usage("seccomp profile %s: it is larger than 1 MiB", diag.Quote(path))
	}
	return Parse(path, text)
}

func errnoIn(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

// Parse reads a profile from its text, which may come from the file name; errors
// are as those of [Read].
func Parse(name string, text []byte) (*seccomp.Profile, error) {
	r := &reader{text: string(text)}
	p, err := r.profile()
	if err == nil {
		err = r.end()
	}
	if found, ok := err.(*problem); ok {
		line, column := place(r.text, found.at)
		return nil, diag.Usage("seccomp profile %s:%s:%s: %s", diag.Quote(name), line, column, diag.Escape(found.Error()))
	}
	return p, err
}

func place(text string, at int) (line, column string) {
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	return strconv.Itoa(1 + strings.Count(text[:begin], "\n")), strconv.Itoa(1 + utf8.RuneCountInString(text[begin:at]))
}

var profileFields = []string{
	"defaultAction", "defaultErrnoRet", "defaultErrno", "archMap", "architectures", "flags", "syscalls",
	"listenerPath", "listenerMetadata",
}

func (r *reader) profile() (*seccomp.Profile, error) {
	var p seccomp.Profile
	var out outcome
	lists := 0
	err := r.object(func(key string) (err error) {
		switch key {
		case "defaultAction":
			err = out.readAction(r)
		case "defaultErrnoRet":
			err = out.readErrno(r)
		case "defaultErrno":
			err = out.readErrnoName(r)
		case "archMap", "architectures":
			if lists++; lists > 1 {
				return r.wrong("there may be archMap or architectures, not both")
			}
			p.ABIs, err = r.abis(key)
		case "flags":
			p.Flags, err = r.flags()
		case "syscalls":
			p.Rules, err = r.rules()
		case "listenerPath", "listenerMetadata": // for SCMP_ACT_NOTIFY
			_, err = r.str("a string")
		default:
			err = r.wrong(unknown("field", key, profileFields))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !out.hasAction {
		return nil, r.problem(0, "defaultAction is missing")
	}
	p.Default, err = out.combine(r, ".defaultErrnoRet")
	return &p, err
}

func (r *reader) rules() (rules []seccomp.Rule, err error) {
	err = r.list(func() error {
		rule, err := r.rule()
		rules = append(rules, rule)
		return err
	})
	return rules, err
}

func (r *reader) flags() (set uint32, err error) {
	err = r.list(func() error {
		flag, err := oneOf(r, flags[:], "flag")
		set |= flag
		return err
	})
	return set, err
}
