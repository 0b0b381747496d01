#ifndef CTL_H
#define CTL_H

#include "wire_control.h"

/*
 * What the small commands share.  They run as the caller and end with a
 * line on stderr when malote cannot be reached.
 */

/* PATH below the state directory, or what MALOTE_STATE says instead of it. */
void	ctl_path(char *path, size_t size, const char *below);

/* malote.conf, or what MALOTE_CONF says. */
const char	*ctl_conf(void);

/*
 * Asks malote with one letter.  row() is called for each ROW (NULL: there
 * are none).  Returns malote's word at the end.
 */
struct fate	ctl_master(char letter, void (*row)(void *,
	    const struct control_row *), void *ctx);

/* Runs conf check on the file; its exit status. */
int	ctl_check(const char *file, int dump);

#endif
