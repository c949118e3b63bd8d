//go:build linux

package profile

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
)

// in puts rules, one to a line, into a profile; their lines are 2, 3, ...
func in(rules ...string) string {
	return "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [\n" + strings.Join(rules, ",\n") + "\n]}"
}

const trap = `{"names": ["read"], "action": "SCMP_ACT_TRAP"`

func TestErrorsNameThePlace(t *testing.T) {
	rows := []struct{ why, text, want string }{
		// What is no JSON.
		{"nothing", "", "1:1: the text ends where an object {...} is expected"},
		{"a list", "[]", "1:1: an object {...} is expected here"},
		{"the end in the middle", `{"defaultAction": `, `1:19: defaultAction: the text ends where a name, in double quotes, is expected`},
		{"the end in a string", `{"defaultAction": "SCMP`, "1:19: defaultAction: this string does not end"},
		{"the end in an escape", `{"defaultAction": "\`, `1:20: defaultAction: the text ends in a string`},
		{"a comma too many", "{\n\t\"defaultAction\": \"SCMP_ACT_LOG\",\n}", "3:1: the name of a field, in double quotes, is expected here"},
		{"a comma too few", "{\n\t\"defaultAction\": \"SCMP_ACT_LOG\"\n\t\"flags\": []}", "3:2: a comma or } is expected here"},
		{"no colon", `{"defaultAction" "SCMP_ACT_LOG"}`, "1:18: defaultAction: a colon is expected here"},
		{"a comment", "{// none\n}", "1:2: the name of a field, in double quotes, is expected here"},
		{"more behind the end", `{"defaultAction": "SCMP_ACT_LOG"} {`, "1:35: there is something after the end of the profile"},
		{"a line break in a string", "{\"default\nAction\"", "1:10: a string must not contain a line break or another control character"},
		{"bytes that are no text", "{\"\xff\": 1}", "1:3: this is not UTF-8"},
		{"an escape that JSON has not", `{"\x41": 1}`, "1:3: there is no such escape in JSON"},
		{"columns are characters", `{"defaultAction": "é", "é": 1}`, `1:19: defaultAction: there is no action é`},

		// The profile.
		{"no default", "{}", "1:1: defaultAction is missing"},
		{"an action that does not exist", "{\n \"defaultAction\": \"SCMP_ACT_ALOW\"}",
			"2:19: defaultAction: there is no action SCMP_ACT_ALOW; near: SCMP_ACT_LOG, SCMP_ACT_ALLOW"},
		{"a number as action", `{"defaultAction": 1}`, "1:19: defaultAction: a name, in double quotes, is expected here"},
		{"an agent", `{"defaultAction": "SCMP_ACT_NOTIFY"}`,
			"1:19: defaultAction: SCMP_ACT_NOTIFY needs an agent that answers, which this program does not have"},
		{"a field that does not exist", `{"defaultAction": "SCMP_ACT_LOG", "syscals": []}`,
			"1:35: syscals: there is no field syscals; near: syscalls"},
		{"a field twice", `{"defaultAction": "SCMP_ACT_LOG", "defaultAction": "SCMP_ACT_LOG"}`,
			"1:35: defaultAction: this field is there twice"},
		{"an error with an action that has none", `{"defaultErrnoRet": 1, "defaultAction": "SCMP_ACT_LOG"}`,
			"1:21: defaultErrnoRet: an error goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE alone, not with this action"},
		{"both lists of architectures", `{"archMap": [], "defaultAction": "SCMP_ACT_LOG", "architectures": []}`,
			"1:50: architectures: there may be archMap or architectures, not both"},
		{"an architecture that does not exist", `{"architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_AMD64"]}`,
			"1:37: architectures[1]: there is no architecture SCMP_ARCH_AMD64"},
		{"a map without its machine", `{"archMap": [{"subArchitectures": []}]}`, "1:14: archMap[0]: it has no architecture"},
		{"a field of the map", `{"archMap": [{"subArchitecture": []}]}`,
			"1:15: archMap[0].subArchitecture: there is no field subArchitecture; near: subArchitectures"},
		{"a flag that does not exist", `{"flags": ["SECCOMP_FILTER_FLAG_FOG"]}`,
			"1:12: flags[0]: there is no flag SECCOMP_FILTER_FLAG_FOG; near: SECCOMP_FILTER_FLAG_LOG"},

		// A rule.
		{"a rule that is none", in(trap+"}", "7"), "3:1: syscalls[1]: an object {...} is expected here"},
		{"no names", in(`{"action": "SCMP_ACT_TRAP"}`), "2:1: syscalls[0]: it names no system call"},
		{"an empty name", in(`{"names": ["read", ""], "action": "SCMP_ACT_TRAP"}`),
			"2:20: syscalls[0].names[1]: the name of a system call is empty"},
		{"names as a string", in(`{"names": "read"}`), "2:11: syscalls[0].names: a list [...] is expected here"},
		{"name and names", in(trap + `, "name": "write"}`), "2:1: syscalls[0]: it has both name and names"},
		{"no action", in(`{"names": ["read"]}`), "2:1: syscalls[0]: it has no action"},
		{"a misspelt field, which would make the rule hold for all arguments", in(trap + `, "arg": []}`),
			"2:48: syscalls[0].arg: there is no field arg; near: args"},
		{"an error that is too large", in(`{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4096}`),
			"2:61: syscalls[0].errnoRet: an error is at most 4095"},
		{"an error that is far too large", in(trap + `, "errnoRet": 65536}`),
			"2:60: syscalls[0].errnoRet: a whole number from 0 to 65535 is expected here, without quotes"},
		{"an error that does not exist", in(`{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "EFOO"}`),
			"2:58: syscalls[0].errno: there is no error EFOO"},
		{"an error with an action that has none, in a rule", in(trap + `, "errnoRet": 1}`),
			"2:60: syscalls[0].errnoRet: an error goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE alone, not with this action"},

		{"... by its name", in(trap + `, "errno": "EPERM"}`),
			"2:57: syscalls[0].errno: an error goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE alone, not with this action"},

		// A condition.
		{"an operator that does not exist", in(trap+"}", trap+`, "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQL"}]}`),
			"3:88: syscalls[1].args[0].op: there is no operator SCMP_CMP_EQL; near: SCMP_CMP_EQ"},
		{"no operator and no value", in(trap + `, "args": [{"index": 0}]}`), "2:57: syscalls[0].args[0]: it has no value, no op"},
		{"an argument that calls do not have", in(trap + `, "args": [{"index": 6}]}`),
			"2:67: syscalls[0].args[0].index: a whole number from 0 to 5 is expected here, without quotes"},
		{"a negative value", in(trap + `, "args": [{"value": -1}]}`),
			"2:67: syscalls[0].args[0].value: a whole number from 0 to 18446744073709551615 is expected here, without quotes"},
		{"a value in quotes", in(trap + `, "args": [{"value": "1"}]}`),
			"2:67: syscalls[0].args[0].value: a whole number from 0 to 18446744073709551615 is expected here, without quotes"},
		{"a value of 65 bits", in(trap + `, "args": [{"value": 18446744073709551616}]}`),
			"2:67: syscalls[0].args[0].value: a whole number from 0 to 18446744073709551615 is expected here, without quotes"},
		{"a zero before a number", in(trap + `, "args": [{"value": 01}]}`),
			"2:67: syscalls[0].args[0].value: a whole number from 0 to 18446744073709551615 is expected here, without quotes"},
		{"an exponent", in(trap + `, "args": [{"value": 1e3}]}`),
			"2:67: syscalls[0].args[0].value: a whole number from 0 to 18446744073709551615 is expected here, without quotes"},
		{"a field of a condition", in(trap + `, "args": [{"valuetwo": 1}]}`),
			"2:58: syscalls[0].args[0].valuetwo: there is no field valuetwo; near: valueTwo"},

		// When a rule counts.
		{"a capability that does not exist", in(trap + `, "excludes": {"caps": ["CAP_KILL", "CAP_SYS_ADMN"]}}`),
			"2:82: syscalls[0].excludes.caps[1]: there is no capability CAP_SYS_ADMN; near: SYS_ADMIN"},
		{"a release that is none", in(trap + `, "includes": {"minKernel": "4"}}`),
			`2:74: syscalls[0].includes.minKernel: a release of Linux is two numbers, such as "4.8"`},
		{"a release of three numbers", in(trap + `, "includes": {"minKernel": "4.8.1"}}`),
			`2:74: syscalls[0].includes.minKernel: a release of Linux is two numbers, such as "4.8"`},
		{"a field of the condition", in(trap + `, "includes": {"arch": ["amd64"]}}`),
			"2:61: syscalls[0].includes.arch: there is no field arch; near: arches"},

		// What would act on a terminal.
		{"an escape sequence as a name", `{"defaultAction": "\u001b[31m"}`, `1:19: defaultAction: there is no action "\x1b[31m"`},
		{"an escape sequence as a field", `{"\u001b[31m": 1}`, `1:2: \x1b[31m: there is no field "\x1b[31m"`},
	}
	for _, row := range rows {
		_, err := Parse("web.json", []byte(row.text))
		if !diag.IsUsage(err) || err.Error() != "seccomp profile web.json:"+row.want {
			t.Errorf("%s: got\n\t%v, want\n\tseccomp profile web.json:%s", row.why, err, row.want)
		}
	}
}
