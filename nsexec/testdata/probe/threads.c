//go:build cgo && linux

#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* In glibc and musl the clock of a thread is named by the id that libc has for the thread. */
int libc_tid(void)
{
	clockid_t clock;

	return pthread_getcpuclockid(pthread_self(), &clock) ? -1 : ~(clock >> 3);
}

static int is_wrong(void)
{
	return libc_tid() != (int)syscall(SYS_gettid);
}

static void *leaf(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)is_wrong();
}

static int make_each(int each)
{
	int wrong = is_wrong();

	for (int i = 0; i < each; i++) {
		pthread_t thread;
		void *result;

		if (pthread_create(&thread, NULL, leaf, NULL) || pthread_join(thread, &result))
			return -1000000;
		wrong += (int)(intptr_t)result;
	}
	return wrong;
}

static void *maker(void *each)
{
	return (void *)(intptr_t)make_each((int)(intptr_t)each);
}

/* The first thread makes threads as well: its id is the one that was stale. */
int thread_storm(int makers, int each)
{
	pthread_t thread[64];
	int wrong = 0;

	for (int i = 0; i < makers; i++)
		if (pthread_create(&thread[i], NULL, maker, (void *)(intptr_t)each))
			return -1000000;
	wrong += make_each(each);
	for (int i = 0; i < makers; i++) {
		void *result;

		if (pthread_join(thread[i], &result))
			return -1000000;
		wrong += (int)(intptr_t)result;
	}
	return wrong;
}
