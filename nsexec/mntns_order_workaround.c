// Linux 6.18 numbers mount namespaces in batches per CPU, and refuses (EINVAL) to
// bind one on a file in a namespace with a higher number, as if it were older.
// Made on the CPU that numbered the caller's namespace, the new one has a higher
// number than it. Which CPU that was cannot be seen: the helper tries each.
// (canonical/snapd#17376 works round it in the same way.)

#include "nsexec.h"

#include <sched.h>

/* Replaces this process's mount namespace by a new copy, made on the given CPU. */
int nsexec_mount_namespace_on(int cpu)
{
	cpu_set_t before, one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_getaffinity(0, sizeof(before), &before) ||
	    sched_setaffinity(0, sizeof(one), &one) || unshare((int)KIND_MNT) ||
	    sched_setaffinity(0, sizeof(before), &before))
		return nsexec_fail(NSEXEC_STEP_UNSHARE, KIND_MNT);
	return 0;
}
