// Package nsfs names the kinds of namespaces that Linux has, and the files
// below /proc by which the kernel shows them.
//
// It opens, joins and creates nothing: see package nsexec for that. A program
// that only wants to know whether two processes share a namespace needs no
// more than [Inode] on the two files.
package nsfs
