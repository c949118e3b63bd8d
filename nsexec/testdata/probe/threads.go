//go:build linux && cgo

package main

// int libc_tid(void);
// int thread_storm(int makers, int each);
import "C"

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// threads makes threads from several at once, C's and Go's, and tells whether libc and
// the kernel have the same id for the first one.
func threads([]string) error {
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			C.libc_tid() // in cgo, so that Go makes more threads
		}()
	}
	wrong := C.thread_storm(8, 50)
	group.Wait()
	fmt.Printf("pid %d kernel %d libc %d wrong %d\n", os.Getpid(), unix.Gettid(), C.libc_tid(), wrong)
	return nil
}
