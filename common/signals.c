/* Signals of plain poll loops. */
#include "signals.h"

#include <signal.h>

void
signals_set(const int *signals, size_t n, void (*handler)(int), int how)
{
	struct sigaction act = { .sa_handler = handler };
	sigset_t set;
	size_t i;

	sigemptyset(&act.sa_mask);
	sigemptyset(&set);
	for (i = 0; i < n; i++) {
		sigaddset(&set, signals[i]);
		sigaction(signals[i], &act, NULL);
	}
	sigprocmask(how, &set, NULL);
}
