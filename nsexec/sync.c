// Messages between the command, its supervisor, and who helps from outside.

#include "nsexec.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* SOCK_SEQPACKET keeps messages whole and, unlike a datagram socket, says when the other side is gone. */
int nsexec_socketpair(int fd[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd);
}

int nsexec_send(int fd, const struct nsexec_message *m)
{
	ssize_t n;

	do
		n = send(fd, m, sizeof(*m), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == sizeof(*m) ? 0 : -1;
}

/* 0, or -1 when the other side is gone or sends what is not a message. */
int nsexec_receive(int fd, struct nsexec_message *m)
{
	ssize_t n;

	do
		n = recv(fd, m, sizeof(*m), 0);
	while (n < 0 && errno == EINTR);
	return n == sizeof(*m) ? 0 : -1;
}
