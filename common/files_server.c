/*
 * Handing out files.  Only a plain file is handed out, and not by a link, and
 * nothing in it is read here.
 */
#include "files_server.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>

#include "fd.h"
#include "pass.h"
#include "wire_files.h"

static int
open_file(const struct files_row *row)
{
	struct stat st;
	int fd;

	fd = openat(row->folder, row->path, O_RDONLY | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)))
		fd_close(&fd);
	return fd;
}

int
files_answer(int sock, const struct files_row *rows)
{
	struct files_none no = { 0, ENOENT };
	struct files_open ask;
	struct frame frame;
	int fd, result;

	if (frame_recv_now(sock, &frame, &fd) != 1 || fd != -1 ||
	    frame_get(&frame, &files_open, &ask) == -1 ||
	    ask.number >= FILES_COUNT) {
		fd_close(&fd);
		return -1;
	}
	no.number = ask.number;
	fd = open_file(&rows[ask.number]);
	result = frame_put(&frame, fd == -1 ? &files_none : &files_file,
	    fd == -1 ? (const void *)&no : &ask);
	if (result == 0)
		result = pass_send(sock, frame.data, frame.len, fd);
	fd_close(&fd);
	return result;
}
