/* Replays a corpus through a fuzz target: its arguments are the files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
replay(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "r");
	uint8_t *copy;
	size_t n;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	/* A block of its own size lets the sanitizer see a read past it. */
	copy = malloc(n == 0 ? 1 : n);
	if (copy == NULL)
		return 1;
	for (size_t i = 0; i < n; i++)
		copy[i] = data[i];
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	return 0;
}

int
main(int argc, char *argv[])
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	if (argc == 1)
		(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	return failed;
}
