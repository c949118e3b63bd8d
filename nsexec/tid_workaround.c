// A child of a bare clone system call has libc's idea of its parent's thread id.
//
// fork(3) mends that, but it cannot create namespaces. musl takes the stale id
// as owner of the lock on its thread list: in a new PID namespace, where ids
// are small, another thread may really have it, and both hold the lock
// (pthread_create in musl, src/thread/pthread_create.c:__tl_lock). So, before
// Go makes threads, the id in libc's thread descriptor is set right.

#include "nsexec.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* The thread id that libc believes in: it notes it as owner of a recursive mutex. */
static int believed_tid(void)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;
	int owner[4];

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&m, &attr);
	pthread_mutex_lock(&m);
	memcpy(owner, &m, sizeof(owner));
	pthread_mutex_unlock(&m);
#ifdef __GLIBC__
	return owner[2]; /* __data.__owner, after __lock and __count */
#else
	return owner[1]; /* _m_lock, after _m_type */
#endif
}

/*
 * The field is found by its effect: the word of the descriptor that holds the
 * stale id, and whose change makes libc believe the new one.
 */
void nsexec_mend_tid(void)
{
	enum { SPAN = 1024 / sizeof(int) };
	volatile int *word = (int *)(uintptr_t)pthread_self();
	const int tid = (int)syscall(SYS_gettid);
	const int stale = believed_tid();

	for (int i = 0; i < SPAN && believed_tid() != tid; i++) {
		if (word[i] != stale)
			continue;
		word[i] = tid;
		if (believed_tid() != tid)
			word[i] = stale;
	}
}
