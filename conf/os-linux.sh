# Linux: what rules.sh needs to know about it.  glibc or musl.
os_define="-D_GNU_SOURCE"
os_cflags=$(pkg-config --cflags libbsd-overlay)
os_libs="-lseccomp -lcdb -lbsd"
os_check="-lcheck -lsubunit -lm -lrt -lpthread"
os_static=
