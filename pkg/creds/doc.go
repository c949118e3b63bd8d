// Package creds finds the ids that a command line means when it names users and
// groups.
//
// Names are looked up in the passwd and group files of a root file system that
// may be an enemy's: it is never asked by path alone, never by a program or a
// library of its own (NSS), and what is read of it is bounded. A number is
// always a number, whatever the files call it.
package creds
