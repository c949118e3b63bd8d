module nskit.dev/nskit

go 1.26.0

require (
	github.com/moby/sys/mountinfo v0.7.3
	golang.org/x/sys v0.49.0
)

require (
	github.com/cyphar/filepath-securejoin v0.7.0 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/spf13/pflag v1.0.10 // indirect
)
