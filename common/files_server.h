#ifndef FILES_SERVER_H
#define FILES_SERVER_H

/*
 * The serving side of edge files: a fixed list of files, of which only open
 * descriptors are handed out.
 */
struct files_row {
	int		 folder;	/* where path begins */
	const char	*path;
};

/*
 * Answers what stands on the socket, without waiting: rows has FILES_COUNT.
 * 0, or -1: the asker speaks nonsense, does not listen, or is gone.
 */
int	files_answer(int sock, const struct files_row *rows);

#endif
