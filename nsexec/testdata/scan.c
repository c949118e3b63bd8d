// Reads argument vectors from standard input, scans each with the tables of
// both tools and of nsexec.Command, and prints what was understood. For a run
// under the sanitizers. A vector is its words, each with a NUL at its end, and
// then the two bytes 1 and NUL.

#include "nsexec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct nsexec_table nsexec_table_nsrun, nsexec_table_nsjoin;

/* Words in blocks of their own, so that a read beyond the end of one is seen. */
static void scan(int argc, char **words)
{
	static const struct nsexec_table *const tables[] = { &nsexec_canonical, &nsexec_table_nsrun,
							     &nsexec_table_nsjoin };
	char **argv = malloc(sizeof(*argv) * (size_t)(argc + 1));

	for (int i = 0; i < argc; i++)
		argv[i] = strdup(words[i]);
	argv[argc] = NULL;
	for (int i = 0; i < 3; i++) {
		struct nsexec_request r;
		int rc = nsexec_scan(tables[i], argc, argv, &r);

		printf("%d %x %x %d%s", rc, r.create, r.join, r.command, i < 2 ? ", " : "\n");
	}
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	free(argv);
}

int main(void)
{
	static char text[8 << 20];
	size_t len = fread(text, 1, sizeof(text), stdin);
	char **words = calloc(len + 1, sizeof(*words));
	int argc = 0;

	for (size_t at = 0; at < len; at += strlen(text + at) + 1) {
		if (strcmp(text + at, "\1")) {
			words[argc++] = text + at;
			continue;
		}
		scan(argc, words);
		argc = 0;
	}
	free(words);
	return 0;
}
