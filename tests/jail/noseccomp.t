#!/bin/sh
# A build without seccomp refuses to start, whatever its card.
exec "${BUILD:-build}/test/refused_noseccomp" 2>&1
