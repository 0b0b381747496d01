/*
 * The talk with root.  One order at a time; what root says unasked while its
 * answer is awaited is kept in order.  Root gone is the end.
 */
#include "keeper.h"

#include <errno.h>
#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "pass.h"

/* One word, if there is one: true for an answer, else it is kept. */
static bool
hear(struct keeper *k, struct word *word, int *fd)
{
	ssize_t n = pass_recv(FD_ORDERS, word, sizeof(*word), fd);

	if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
		word->what = WORD_ANSWER;
		word->error = EAGAIN;
		return false;
	}
	if (n != sizeof(*word))
		exit(EXIT_DONE);
	if (word->what == WORD_ANSWER)
		return true;
	if (k->words == WORDS_MAX || word->proc >= PROC_COUNT)
		die(EXIT_TEMP, "root says too much");
	k->word[k->words++] = *word;
	return false;
}

void
root_hear(struct keeper *k)
{
	struct word word;
	int fd = -1;

	if (hear(k, &word, &fd))
		die_bug("an answer without an order");
}

int
root_order(struct keeper *k, const struct order *order, struct word *answer,
    int *sock)
{
	int fd = -1;

	if (pass_send(FD_ORDERS, order, sizeof(*order), -1) == -1)
		exit(EXIT_DONE);
	do
		(void)fd_wait(FD_ORDERS, false, FD_FOREVER);
	while (!hear(k, answer, &fd));
	if (sock != NULL)
		*sock = fd;
	else
		fd_close(&fd);
	errno = answer->error;
	return answer->error == 0 ? 0 : -1;
}

bool
root_signal(struct keeper *k, enum proc p, int signo)
{
	const struct order order = { .what = ORDER_SIGNAL, .proc = p,
	    .number = (uint32_t)signo };
	struct word answer;

	return root_order(k, &order, &answer, NULL) == 0;
}
