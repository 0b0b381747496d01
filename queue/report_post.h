#ifndef REPORT_POST_H
#define REPORT_POST_H

#include <stddef.h>
#include <stdint.h>

#include "fate.h"

/*
 * A report on its way to inject (edge submit), blocking, with a deadline of
 * TIMEOUT_EDGE for each step.  Failure is sticky: `failed` is set, `fate`
 * says why, and everything else does nothing.
 */
struct report_post {
	int		sock;
	int		failed;
	struct fate	fate;
	uint64_t	size;
};

/* Begins a report to one recipient with the null reverse-path. */
void	report_post_open(struct report_post *, const char *path,
	    const char *report_of, const char *rcpt, const char *params);
void	report_post_data(struct report_post *, const char *, size_t);
/* 0 and the id of the report; -1 when it has failed. */
int	report_post_commit(struct report_post *, char *id, size_t size);
/* Gives up what was not committed. */
void	report_post_close(struct report_post *);

#endif
