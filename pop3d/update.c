/*
 * Removing what a client marked: the only code of a reader that takes
 * something out of a Maildir, and it runs after QUIT alone.
 */
#include "update.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A message somebody else removed meanwhile is gone as asked. */
static int
remove_message(const struct mailbox *mb, const struct message *m)
{
	if (unlinkat(mb->folders[m->folder], m->name, 0) == -1 &&
	    errno != ENOENT)
		return -1;
	return 0;
}

static int
sync_folders(const struct mailbox *mb, const bool touched[MAILBOX_FOLDERS])
{
	size_t i;

	for (i = 0; i < MAILBOX_FOLDERS; i++)
		if (touched[i] && fsync(mb->folders[i]) == -1)
			return -1;
	return 0;
}

int
update_commit(struct mailbox *mb, uint32_t *removed, struct fate *why)
{
	bool touched[MAILBOX_FOLDERS] = { false };
	uint32_t failed = 0;
	int error = 0;
	size_t i;

	*removed = 0;
	for (i = 0; i < mb->count; i++) {
		if (!mb->messages[i].deleted)
			continue;
		if (remove_message(mb, &mb->messages[i]) == -1) {
			error = errno;
			failed++;
			continue;
		}
		touched[mb->messages[i].folder] = true;
		++*removed;
	}
	if (failed == 0 && sync_folders(mb, touched) == 0)
		return 0;
	if (failed == 0)
		fate_set(why, 451, "4.3.0", "cannot sync the maildrop: %s",
		    strerror(errno));
	else
		fate_set(why, 451, "4.3.0", "%u of %u messages not removed: %s",
		    failed, failed + *removed, strerror(error));
	return -1;
}
