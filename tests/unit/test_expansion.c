/* needs: tests/lib/unit alias/expansion alias/resolve alias/domains alias/directory alias/seen */
/* Who is this address: the rules, aliases, loops, limits. */
#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cdb.h>

#include "../../alias/directory.h"
#include "../../alias/domains.h"
#include "../../alias/expansion.h"
#include "../../alias/resolve.h"
#include "event.h"
#include "fd.h"
#include "limits.h"
#include "str.h"
#include "unit.h"

/* --- tables ----------------------------------------------------------- */

static const struct {
	const char	*name, *member;
} aliases[] = {
	{ "staff", "ana" }, { "staff", "bob@far.example" },
	{ "staff", "bob@far.example" }, { "staff", "ana@example.org" },
	{ "both", "staff" }, { "both", "staff" }, { "both", "eve" },
	{ "self", "self" }, { "self", "x@far.example" },
	{ "ana.maria", "eve" },
	{ "a", "b" }, { "b", "a" }, { "b", "ana" },
	{ "list", "bob@far.example" }, { "list", "inner" },
	{ "owner-list", "ana" }, { "inner", "c@far.example" },
	{ "owner-inner", "ana" },
	{ "sales@example.net", "vera@example.net" },
	{ "sales@example.org", "ana" }, { "sales", "eve" },
	{ "program", "|/bin/true" }, { "file", "/etc/passwd" },
	{ "dead", "nobody.here" }, { "dead", "ana" },
	{ "slow", "hung" }, { "slow", "ana" },
	{ "d0", "d1" },
};

static const struct {
	const char	*login, *mailbox;
} users[] = {
	{ "vera@example.net", "example.net/vera" },
	{ "evil@example.net", "../../etc" },
};

static char	folder[] = "/tmp/malote-test-XXXXXX";
static struct directory	*directory;
static struct domains	*domains;

static void
add(struct cdb_make *m, const char *key, const char *value)
{
	ck_assert_int_eq(cdb_make_add(m, key, (unsigned)strlen(key), value,
	    (unsigned)strlen(value)), 0);
}

static int
begin(struct cdb_make *m, const char *name)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY), fd;

	fd = openat(dir, name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	close(dir);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(cdb_make_start(m, fd), 0);
	return fd;
}

static void
make_aliases(void)
{
	char key[32], value[64];
	struct cdb_make m;
	size_t i;
	int fd = begin(&m, "aliases.cdb");

	for (i = 0; i < countof(aliases); i++) {
		(void)snprintf(value, sizeof(value), "aliases:%zu\n%s", i + 1,
		    aliases[i].member);
		add(&m, aliases[i].name, value);
	}
	for (i = 1; i < LIMIT_ALIAS_DEPTH + 4; i++) {
		(void)snprintf(key, sizeof(key), "d%zu", i);
		(void)snprintf(value, sizeof(value), "aliases:9\nd%zu", i + 1);
		add(&m, key, value);
	}
	ck_assert_int_eq(cdb_make_finish(&m), 0);
	close(fd);
}

static void
make_users(void)
{
	struct cdb_make m;
	size_t i;
	int fd = begin(&m, "users.cdb");

	for (i = 0; i < countof(users); i++)
		add(&m, users[i].login, users[i].mailbox);
	ck_assert_int_eq(cdb_make_finish(&m), 0);
	close(fd);
}

static void
remove_tables(void)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/aliases.cdb", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/users.cdb", folder);
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
setup(void)
{
	event_mute();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	make_aliases();
	make_users();
	directory = directory_new(open(folder, O_RDONLY | O_DIRECTORY));
	domains = domains_new("mail.example.org", "ana", "+");
	domains_add(domains, "example.net", "virtual");
	domains_add(domains, "example.org", "system");
	domains_add(domains, "example.com", "system");
	domains_add(domains, "backup.example", "relay");
	domains_add_route(domains, "no.example", "reject:go away");
	domains_add_route(domains, "archive.org", "lmtp:/dovecot");
	domains_add_route(domains, ".corp", "smtp:[10.0.0.5]:25");
	domains_add_route(domains, "*", "mx:");
}

/* --- asking ----------------------------------------------------------- */

static enum who_answer
who(const char *name)
{
	if (strcmp(name, "hung") == 0)
		return WHO_UNKNOWN;
	return strcmp(name, "ana") == 0 || strcmp(name, "eve") == 0 ||
	    strcmp(name, "self") == 0 || strcmp(name, "UPPER") == 0 ?
	    WHO_IS_USER : WHO_IS_NOBODY;
}

/* All leaves as text: "dest[+ext][ ^reverse]" or "!code" each. */
static const char *
ask_all(const char *address, const char *sender, unsigned flags)
{
	static struct str out;
	struct expansion *x;
	struct leaf l;
	enum expansion_step step;

	if (out.max == 0)
		str_init(&out, 100000);
	str_clear(&out);
	x = expansion_new(domains, directory, address, sender, flags);
	while ((step = expansion_next(x, &l)) != EXPANSION_END) {
		if (step == EXPANSION_ASK) {
			expansion_answer(x, who(expansion_account(x)));
			continue;
		}
		if (out.len != 0)
			str_puts(&out, "; ");
		if (l.kind == LEAF_NOBODY || l.kind == LEAF_LATER)
			str_printf(&out, "!%s", l.fate->status);
		else
			str_puts(&out, l.dest);
		if (l.kind == LEAF_MAILBOX && l.extension[0] != '\0')
			str_printf(&out, "+%s", l.extension);
		if (l.has_reverse)
			str_printf(&out, " ^%s", l.reverse);
	}
	expansion_free(x);
	return out.data;
}

static const struct {
	const char	*address;
	unsigned	 flags;
	const char	*want;
} questions[] = {
	/* system accounts */
	{ "ana@example.org", 0, "system:ana" },
	{ "ana@example.com", 0, "system:ana" },
	{ "ana@mail.example.org", 0, "system:ana" },
	{ "ana", 0, "system:ana" },
	{ "ANA@EXAMPLE.org", 0, "system:ana" },
	{ "UPPER@example.org", 0, "system:UPPER" },
	{ "upper@example.org", 0, "!5.1.1" },
	{ "ana+x+y@example.org", 0, "system:ana+x+y" },
	{ "ana+@example.org", 0, "system:ana" },
	{ "+ana@example.org", 0, "!5.1.1" },
	{ "zoe@example.org", 0, "!5.1.1" },
	{ "hung@example.org", 0, "!4.3.0" },
	{ "\"../ana\"@example.org", 0, "!5.1.1" },
	{ "no address", 0, "!5.1.3" },
	/* virtual users */
	{ "vera@example.net", 0, "virtual:example.net/vera" },
	{ "Vera+a@example.net", 0, "virtual:example.net/vera+a" },
	{ "ana@example.net", 0, "!5.1.1" },
	{ "evil@example.net", 0, "!4.3.5" },
	/* elsewhere */
	{ "x@far.example", 0, "mx:far.example" },
	{ "x@far.example", RESOLVE_OUTSIDE, "!5.7.1" },
	{ "x@backup.example", RESOLVE_OUTSIDE, "mx:backup.example" },
	{ "x@archive.org", 0, "lmtp:/dovecot" },
	{ "x@a.b.corp", 0, "smtp:[10.0.0.5]:25" },
	{ "x@corp", 0, "mx:corp" },
	{ "x@no.example", 0, "!5.7.1" },
	{ "x%far.example@example.org", RESOLVE_OUTSIDE, "!5.1.1" },
	{ "x@[192.0.2.1]", RESOLVE_OUTSIDE, "!5.7.1" },
	/* postmaster is everywhere */
	{ "postmaster", RESOLVE_OUTSIDE, "system:ana" },
	{ "PostMaster@example.com", RESOLVE_OUTSIDE, "system:ana" },
	{ "postmaster@example.net", RESOLVE_OUTSIDE, "system:ana" },
	{ "postmaster@far.example", RESOLVE_OUTSIDE, "!5.7.1" },
	/* aliases */
	{ "staff@example.org", RESOLVE_OUTSIDE,
	    "system:ana; mx:far.example" },
	{ "STAFF+tag@example.org", 0, "system:ana; mx:far.example" },
	{ "staff@example.net", 0, "!5.1.1" },
	{ "both", 0, "system:ana; mx:far.example; system:eve" },
	{ "sales@example.org", 0, "system:ana" },
	{ "sales@example.com", 0, "system:eve" },
	{ "sales@example.net", 0, "virtual:example.net/vera" },
	{ "ana.maria", 0, "system:eve" },
	{ "self", 0, "system:self; mx:far.example" },
	{ "self", RESOLVE_LEAF, "system:self" },
	{ "staff", RESOLVE_LEAF, "!5.1.1" },
	{ "a", 0, "!5.4.6; system:ana" },
	{ "d0", 0, "!5.4.6" },
	{ "d6", 0, "!5.1.1" },
	{ "dead", 0, "!5.1.1; system:ana" },
	{ "slow", 0, "!4.3.0; system:ana" },
	{ "program", 0, "!4.3.5" },
	{ "file", 0, "!4.3.5" },
	/* lists with an owner */
	{ "list", 0, "mx:far.example ^owner-list@example.org; "
	    "mx:far.example ^owner-inner@example.org" },
	{ "list@example.com", 0, "mx:far.example ^owner-list@example.com; "
	    "mx:far.example ^owner-inner@example.org" },
	{ "owner-list", 0, "system:ana" },
};

START_TEST(each_address_has_its_answer)
{
	const char *got;
	size_t i;

	setup();
	for (i = 0; i < countof(questions); i++) {
		got = ask_all(questions[i].address, "x@y.example",
		    questions[i].flags);
		ck_assert_msg(strcmp(got, questions[i].want) == 0,
		    "%s: %s", questions[i].address, got);
	}
	remove_tables();
}
END_TEST

START_TEST(a_null_sender_stays_null)
{
	setup();
	ck_assert_str_eq(ask_all("list", "", 0),
	    "mx:far.example; mx:far.example");
	remove_tables();
}
END_TEST

START_TEST(a_loop_is_named)
{
	struct expansion *x;
	struct leaf l;

	setup();
	x = expansion_new(domains, directory, "b", "", 0);
	ck_assert_int_eq((int)expansion_next(x, &l), EXPANSION_LEAF);
	ck_assert_str_eq(l.fate->text, "alias loop: b -> a -> b");
	ck_assert_str_eq(l.origin, "a@example.org");
	ck_assert_str_eq(l.where,
	    "aliases:12, aliases:11, domain example.org system");
	expansion_free(x);
	remove_tables();
}
END_TEST

START_TEST(a_table_in_the_middle_of_use_stays)
{
	struct expansion *x;
	struct leaf l;

	setup();
	x = expansion_new(domains, directory, "staff", "", 0);
	ck_assert_int_eq((int)expansion_next(x, &l), EXPANSION_ASK);
	expansion_answer(x, WHO_IS_USER);
	ck_assert_int_eq((int)expansion_next(x, &l), EXPANSION_LEAF);
	remove_tables();
	ck_assert_int_eq((int)expansion_next(x, &l), EXPANSION_LEAF);
	ck_assert_str_eq(l.address, "bob@far.example");
	expansion_free(x);
	remove_tables();
}
END_TEST

START_TEST(a_missing_table_is_no_empty_one)
{
	char path[64];

	setup();
	(void)snprintf(path, sizeof(path), "%s/aliases.cdb", folder);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_str_eq(ask_all("ana@example.org", "", 0), "!4.3.0");
	ck_assert_str_eq(ask_all("x@far.example", "", 0), "mx:far.example");
	remove_tables();
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		each_address_has_its_answer, a_null_sender_stays_null,
		a_loop_is_named, a_table_in_the_middle_of_use_stays,
		a_missing_table_is_no_empty_one,
	};

	return unit_run("expansion", tests, countof(tests));
}
