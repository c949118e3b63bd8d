// A library to be preloaded: its constructor moves environ to the heap.

#include <stdlib.h>

static void __attribute__((constructor)) preload(void)
{
	setenv("PRELOADED", "yes", 1);
}
