#ifndef VERBS_SMTP_H
#define VERBS_SMTP_H

#include <stddef.h>

#include "dialog.h"

/* The commands of SMTP: the table, and the handlers file by file. */
extern const struct dialog_verb	smtp_verbs[];
extern const size_t		smtp_verb_count;

/* verbs_hello.c */
enum dialog_result	smtp_helo(void *, char *);
enum dialog_result	smtp_ehlo(void *, char *);
/* verbs_mail.c */
enum dialog_result	smtp_mail(void *, char *);
enum dialog_result	smtp_rcpt(void *, char *);
/* verbs_data.c */
enum dialog_result	smtp_data(void *, char *);
enum dialog_result	smtp_data_without_recipients(void *, char *);

#endif
