#!/bin/sh
# A build without landlock refuses to start, whatever its card.
exec "${BUILD:-build}/test/refused_nolandlock" 2>&1
