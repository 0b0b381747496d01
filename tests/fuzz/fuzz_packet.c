/* needs: */
/*
 * Packets of frames, as a server takes them from a session that may have
 * been taken over: what comes out are frames, each with the length its head
 * says, one behind the other, and nothing is read past the packet.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"
#include "packet.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(int is_so)
{
	if (!is_so)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct frame frame;
	size_t rest, at = 0;
	int pair[2], fd, got;

	if (n == 0 || n > FRAME_MAX || edge_pair(pair) == -1)
		return 0;
	if (send(pair[0], data, n, 0) == (ssize_t)n) {
		got = packet_recv_now(pair[1], &frame, &rest, &fd);
		need(fd == -1);
		for (; got == 1; got = packet_next(&frame, &rest)) {
			need(frame.len >= FRAME_HEAD &&
			    at + frame.len + rest == n);
			need(memcmp(frame.data, data + at, frame.len) == 0);
			at += frame.len;
		}
		need(got == -1 || at == n);
	}
	close(pair[0]);
	close(pair[1]);
	return 0;
}
