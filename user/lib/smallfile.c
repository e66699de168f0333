// SPDX-License-Identifier: GPL-2.0-only
/* One-value files of procfs and sysfs. */
#include "smallfile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/**
 * gc_smallfile_read() - Read a small file, without trailing white space.
 * @path: the file
 * @buf: where its text goes, "" on failure
 * @size: size of @buf; what does not fit is cut
 *
 * Return: 0, or a negative errno.
 */
int gc_smallfile_read(const char *path, char *buf, size_t size)
{
	ssize_t len;
	int fd, err;

	buf[0] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, buf, size - 1);
	err = errno;
	close(fd);
	if (len < 0)
		return -err;
	while (len && (buf[len - 1] == '\n' || buf[len - 1] == ' '))
		len--;
	buf[len] = '\0';
	return 0;
}
