/* The empty stop point of every program that is installed. */
#include "stop_point.h"

void
stop_point(const char *name)
{
	(void)name;
}
