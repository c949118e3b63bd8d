module nskit.dev/nskit

go 1.25.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/moby/profiles/seccomp v0.2.3
	github.com/moby/sys/mountinfo v0.7.3
	github.com/spf13/pflag v1.0.10
	golang.org/x/sys v0.47.0
)

require github.com/opencontainers/runtime-spec v1.2.1
