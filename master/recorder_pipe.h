#ifndef RECORDER_PIPE_H
#define RECORDER_PIPE_H

/* Makes a record pipe as large as the system allows. */
void	recorder_pipe(int fd);

#endif
