//go:build linux

package cli

// Information defines the options by which every tool tells about itself. The
// constructor leaves a command line with one of them to Go.
func (s *Set) Information(explain, help, version *bool, completion *string) {
	first := Meaning{Defer: true}
	s.Group("Information:")
	s.Switch(explain, "explain", 0, first, "print the steps instead of taking them")
	s.Switch(help, "help", 'h', first, "print this text")
	s.Switch(version, "version", 'V', first, "print the version")
	s.Words(completion, "completion", 0, Shells, first, "print a completion script for that shell")
}
