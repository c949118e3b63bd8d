//go:build linux

package cli_test

import (
	"testing"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

func TestCrossCheckAccepts(t *testing.T) {
	request := nsexec.Request{Create: nsfs.UTS, TargetFD: -1}
	withMap := request
	withMap.Map = nsexec.MapRoot
	for name, r := range map[string]*nsexec.Record{
		"the same":               {Understood: true, Request: request},
		"what was left to Go":    {Request: nsexec.Request{Create: nsfs.PID}},
		"an added user ns's map": {Understood: true, AddedUser: true, Request: withMap},
	} {
		if err := cli.CrossCheck(r, request); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCrossCheckSaysWhatDiffers(t *testing.T) {
	constructor := nsexec.Request{Create: nsfs.UTS | nsfs.PID, Operands: 2, Root: nsexec.Dir{Set: true, Path: "/\x1b"}}
	constructor.Files[3] = "/f"
	err := cli.CrossCheck(&nsexec.Record{Understood: true, Request: constructor}, nsexec.Request{Operands: 3})
	want := "internal error: the constructor and the option parser read the command line differently: " +
		`Create is uts,pid and none, Files is ["" "" "" "/f" "" "" "" ""] and ["" "" "" "" "" "" "" ""], ` +
		`Root is {Set:true Path:/\x1b} and {Set:false Path:}, Operands is 2 and 3`
	if err == nil || err.Error() != want || !diag.IsBug(err) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
