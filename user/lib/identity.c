// SPDX-License-Identifier: GPL-2.0-only
/* Which machine and which boot this is. */
#include "identity.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "smallfile.h"

/* The form of machine-id(5): 32 lower-case hex digits. */
static int normalise(char *id)
{
	char *in, *out = id;

	for (in = id; *in; in++) {
		if (isxdigit((unsigned char)*in))
			*out++ = tolower((unsigned char)*in);
		else if (*in != '-')
			return -1;
	}
	*out = '\0';
	return strlen(id) == 32 ? 0 : -1;
}

/**
 * gc_identity_read() - Find out which machine and which boot this is.
 * @identity: where it goes
 *
 * A machine without machine-id(5) is known by its firmware's UUID, which only
 * root can read.
 */
void gc_identity_read(struct gc_identity *identity)
{
	static const char *const paths[] = {
		"/etc/machine-id",
		"/var/lib/dbus/machine-id",
		"/sys/class/dmi/id/product_uuid",
	};
	size_t i;

	memset(identity, 0, sizeof(*identity));
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		if (!gc_smallfile_read(paths[i], identity->machine_id,
				       sizeof(identity->machine_id)) &&
		    !normalise(identity->machine_id))
			break;
		snprintf(identity->machine_id, sizeof(identity->machine_id), "%032d", 0);
	}
	gc_smallfile_read("/proc/sys/kernel/random/boot_id", identity->boot_id,
			  sizeof(identity->boot_id));
}
