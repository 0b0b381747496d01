#ifndef SMTP_TALK_H
#define SMTP_TALK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The client's side of SMTP on many connections at a time.  Message i of a
 * run bears the Message-ID <i.MARK@client.example>, so that each copy that
 * turns up somewhere is known; what became of it is kept in its fate.
 */

enum fate {
	FATE_UNSENT	= '-',	/* its end was not sent */
	FATE_UNSURE	= '?',	/* sent, but no reply came: it may turn up */
	FATE_REFUSED	= '!',
	FATE_KEPT	= '+'	/* 250: it has to turn up, once */
};

struct message {
	char	fate;
	double	begin;		/* connect(2), or MAIL on a used connection */
	double	dot;		/* the end of its data was sent */
	double	kept;		/* its 250 came */
};

struct talk;

/* A run: what to send, and how far it is. */
struct load {
	struct sockaddr_in server;
	int		 count, clients, per, users;
	bool		 serial;	/* each after the last arrived */
	size_t		 size;
	const char	*to;		/* %d: the recipient's number */
	const char	*mark;

	char		*body;		/* all but the header, and the dot */
	size_t		 body_len;
	struct message	*messages;
	struct talk	*talks;
	int		 epoll;
	int		 planned;	/* given to a connection */
	int		 sent;		/* begun; the next message's number */
	int		 kept, failed, arrived;
	int		 open;		/* connections now */
	int		 connections, redone;
	double		 start, last_kept;
};

/* Opens the first connections. */
void	talk_start(struct load *);
/* An epoll event of the connection `data.ptr` pointed to. */
void	talk_event(struct load *, struct talk *, unsigned events);
/* To be called every few milliseconds: redoes what did not come about. */
void	talk_sweep(struct load *, double now);
/* Whether a connection may begin now that messages arrived (serial runs). */
void	talk_go_on(struct load *);

#endif
