//go:build linux

package plan

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// Explain writes the steps, numbered, without doing them:
//
//  1. unshare(CLONE_NEWUTS)
//     # unshare --uts
//
// The numbers are aligned on their dots and further lines of a step on its
// first, so that the output can be compared line by line between two runs. It
// is written at once; the error is that of the write.
func Explain(w io.Writer, steps []Step) error {
	var listed []Step
	for _, step := range steps {
		if step.Call != nil {
			listed = append(listed, step)
		}
	}
	width := len(strconv.Itoa(len(listed)))
	indent := strings.Repeat(" ", width+len(". "))
	var out strings.Builder
	for i, step := range listed {
		number := fmt.Sprintf("%*d. ", width, i+1)
		lines(&out, number, indent, step.Call())
		if step.Shell == nil {
			continue
		}
		if shell := step.Shell(); shell != "" {
			lines(&out, indent+"# ", indent+"# ", shell)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// lines writes text with one prefix for its first line and one for the others.
// Bytes that came from the command line must not act on the terminal.
func lines(out *strings.Builder, first, other, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		out.WriteString(first + diag.Escape(line) + "\n")
		first = other
	}
}
