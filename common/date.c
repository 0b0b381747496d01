/*
 * Dates for people and for headers.  Always UTC: inside a jail there is no
 * zone file, and a header in one zone reads better than in many.
 */
#include "date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char	days[] = "SunMonTueWedThuFriSat";
static const char	months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

int64_t
date_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
to_parts(struct tm *tm, int64_t seconds)
{
	time_t t = (time_t)seconds;

	if (gmtime_r(&t, tm) == NULL)
		memset(tm, 0, sizeof(*tm));
}

void
date_rfc5322(char buf[DATE_SIZE], int64_t seconds)
{
	struct tm tm;

	to_parts(&tm, seconds);
	(void)snprintf(buf, DATE_SIZE,
	    "%.3s, %d %.3s %04d %02d:%02d:%02d +0000",
	    days + tm.tm_wday * 3, tm.tm_mday, months + tm.tm_mon * 3,
	    (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
date_iso(char buf[DATE_SIZE], int64_t microseconds)
{
	struct tm tm;

	to_parts(&tm, microseconds / 1000000);
	(void)snprintf(buf, DATE_SIZE,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
	    (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(microseconds % 1000000));
}

void
date_span(char buf[DATE_SIZE], int64_t seconds)
{
	static const struct {
		int64_t		seconds;
		const char	*name;
	} units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "m" }, { 1, "s" },
	};
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < units[i].seconds)
		i++;
	if (i == 3 || seconds % units[i].seconds / units[i + 1].seconds == 0)
		(void)snprintf(buf, DATE_SIZE, "%lld%s",
		    (long long)(seconds / units[i].seconds), units[i].name);
	else
		(void)snprintf(buf, DATE_SIZE, "%lld%s %lld%s",
		    (long long)(seconds / units[i].seconds), units[i].name,
		    (long long)(seconds % units[i].seconds /
		    units[i + 1].seconds), units[i + 1].name);
}
