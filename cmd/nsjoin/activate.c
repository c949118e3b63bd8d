//go:build cgo && linux

// Makes nsjoin's option table the one that the constructor acts on.

#include "options.h"

extern const struct nsexec_table nsexec_table_nsjoin;
const struct nsexec_table *const nsexec_table = &nsexec_table_nsjoin;
