/*
 * Opens the file systems of settle, as its own account and before its jail.
 * The paths are the administrator's; who cannot be trusted here is a file
 * system on another machine, which may say "synced" of what it has not.
 */
#include "file_systems.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "event.h"
#include "fd.h"
#include "settings.h"

struct file_system *
file_systems_find(struct file_systems *all, uint64_t device)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->rows[i].device == device)
			return &all->rows[i];
	return NULL;
}

static void
tell_left_out(const char *path, const char *why)
{
	struct event e;

	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", path);
	event_str(&e, "why", why);
	event_send(&e);
}

/* NULL when it is there now, or before; else why not. */
static const char *
add(struct file_systems *all, int fd)
{
	const char *why = file_system_objection(fd);
	struct stat st;

	if (why != NULL)
		return why;
	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if (file_systems_find(all, (uint64_t)st.st_dev) != NULL)
		return NULL;
	if (all->count == FILE_SYSTEMS_MAX)
		return "too many file systems";
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (fd == -1)
		return strerror(errno);
	all->rows[all->count++] = (struct file_system){
		.device = (uint64_t)st.st_dev, .fd = fd
	};
	return NULL;
}

static void
open_path(struct file_systems *all, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *why = fd == -1 ? strerror(errno) : add(all, fd);

	if (why != NULL)
		tell_left_out(path, why);
	fd_close(&fd);
}

void
file_systems_open(struct file_systems *all, const struct settings *settings,
    int mail)
{
	const char *why = add(all, mail);
	struct row row;
	size_t i;

	if (why != NULL)
		tell_left_out("mail", why);
	for (i = 0; settings_row(settings, P_MAILDIR_FILESYSTEM, i, &row); i++)
		open_path(all, row.words[0]);
}
