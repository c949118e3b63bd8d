// Finds the command line without /proc.

#include "nsexec.h"

#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

/*
 * glibc passes argc and argv to constructors, musl does not. But both have set
 * environ by then, and the kernel lays argc, argv[], NULL, envp[] side by side
 * on the stack of a new process: walking down from environ, the first word
 * that equals the number of words passed since the NULL is argc, because the
 * others are addresses of strings.
 *
 * Under glibc the arguments are used, because a preloaded library's constructor
 * may have moved environ to the heap.
 */
int nsexec_args(int argc, char **argv)
{
#ifndef __GLIBC__
	uintptr_t n = 0;

	/* moved to the heap by a preloaded library: the words before it are not ours */
	if ((uintptr_t)environ < (uintptr_t)&n || (uintptr_t)environ > getauxval(AT_EXECFN))
		return -1;
	while ((uintptr_t)environ[-2 - (long)n] != n)
		n++;
	argc = (int)n;
	argv = environ - 1 - n;
#endif
	if (argc < 1 || !argv[0])
		return -1;
	nsexec_record.argc = argc;
	nsexec_record.argv = argv;
	nsexec_record.envp = environ;
	return 0;
}
