//go:build linux

package cli

import (
	"fmt"
	"reflect"
	"strings"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// CrossCheck compares what the constructor has acted upon with what pflag made
// of the same command line: the Request method of the tool's options. The error,
// made by [diag.Bug], says where the two readers differ. Nothing is compared when
// the constructor left the command line to Go.
//
// It must be called before anything is done in the new namespaces.
func CrossCheck(r *nsexec.Record, parsed nsexec.Request) error {
	if !r.Understood {
		return nil
	}
	if r.AddedUser { // which the constructor notes in its own request
		parsed.Map = nsexec.MapRoot
	}
	if r.Request == parsed {
		return nil
	}
	return diag.Bug("the constructor and the option parser read the command line differently: %s",
		differences(r.Request, parsed))
}

func differences(constructor, parser nsexec.Request) string {
	var list []string
	c, p := reflect.ValueOf(constructor), reflect.ValueOf(parser)
	for i := range c.NumField() {
		if a, b := c.Field(i).Interface(), p.Field(i).Interface(); a != b {
			list = append(list, fmt.Sprintf("%s is %s and %s", c.Type().Field(i).Name, show(a), show(b)))
		}
	}
	return strings.Join(list, ", ")
}

func show(v any) string {
	switch v := v.(type) {
	case nsfs.Kind:
		if v == 0 {
			return "none"
		}
		return v.String()
	case [8]string: // FILEs
		return fmt.Sprintf("%q", v)
	}
	return fmt.Sprintf("%+v", v)
}
