//go:build linux

package profile

import (
	"slices"
	"strings"

	"nskit.dev/nskit/pkg/seccomp"
)

var ruleFields = []string{"names", "name", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes"}

func (r *reader) rule() (rule seccomp.Rule, err error) {
	r.blanks()
	start := r.at
	var out outcome
	name := ""
	err = r.object(func(key string) (err error) {
		switch key {
		case "names":
			rule.Names, err = r.strings("the name of a system call")
		case "name": // of Docker before 1.13
			name, err = r.str("the name of a system call")
		case "action":
			err = out.readAction(r)
		case "errnoRet":
			err = out.readErrno(r)
		case "errno":
			err = out.readErrnoName(r)
		case "args":
			rule.Args, err = r.args()
		case "comment":
			_, err = r.str("a comment")
		case "includes":
			rule.Includes, err = r.when()
		case "excludes":
			rule.Excludes, err = r.when()
		default:
			err = r.wrong(unknown("field", key, ruleFields))
		}
		return err
	})
	switch {
	case err != nil:
		return rule, err
	case name != "" && len(rule.Names) > 0:
		return rule, r.problem(start, "it has both name and names")
	case name != "":
		rule.Names = []string{name}
	case len(rule.Names) == 0:
		return rule, r.problem(start, "it names no system call")
	}
	if !out.hasAction {
		return rule, r.problem(start, "it has no action")
	}
	rule.Action, err = out.combine(r, ".errnoRet")
	return rule, err
}

func (r *reader) args() (args []seccomp.Arg, err error) {
	err = r.list(func() error {
		a, err := r.arg()
		args = append(args, a)
		return err
	})
	return args, err
}

func (r *reader) arg() (a seccomp.Arg, err error) {
	r.blanks()
	start := r.at
	missing := []string{"index", "value", "op"}
	err = r.object(func(key string) (err error) {
		var n uint64
		switch key {
		case "index":
			n, err = r.number(seccomp.MaxArgs - 1)
			a.Index = uint(n)
		case "value":
			a.Value, err = r.number(1<<64 - 1)
		case "valueTwo":
			a.ValueTwo, err = r.number(1<<64 - 1)
		case "op":
			a.Op, err = oneOf(r, operators[:], "operator")
		default:
			err = r.wrong(unknown("field", key, []string{"index", "value", "valueTwo", "op"}))
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == key })
		return err
	})
	if err == nil && len(missing) > 0 {
		err = r.problem(start, "it has no "+strings.Join(missing, ", no "))
	}
	return a, err
}

func (r *reader) strings(words string) (items []string, err error) {
	err = r.list(func() error {
		s, err := r.str(words)
		if err == nil && s == "" {
			err = r.wrong(words + " is empty")
		}
		items = append(items, s)
		return err
	})
	return items, err
}
