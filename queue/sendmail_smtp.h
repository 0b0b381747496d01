#ifndef SENDMAIL_SMTP_H
#define SENDMAIL_SMTP_H

/*
 * sendmail -bs: joins stdin and stdout to the SMTP session behind a stream
 * socket until that session ends.  An exit status of sysexits(3).
 */
int	sendmail_smtp(const char *path);

#endif
