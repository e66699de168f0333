// SPDX-License-Identifier: GPL-2.0-only
/* TSC cycles to time, by the parameters of a pvclock page. */
#include "page_time.h"

#include "schema.h"

/**
 * gc_page_is_clock() - Whether a page can be calculated with.
 * @page: the page; the host that wrote it may not be trusted
 *
 * Return: true when all it takes is there and sane.
 */
bool gc_page_is_clock(const struct gc_row *page)
{
	const struct gc_value *v = page->v;

	return v[GC_PAGE_MUL].present && v[GC_PAGE_MUL].u && v[GC_PAGE_MUL].u <= UINT32_MAX &&
	       v[GC_PAGE_SHIFT].present && v[GC_PAGE_SHIFT].s >= -31 &&
	       v[GC_PAGE_SHIFT].s <= 31 && v[GC_PAGE_TSC_TIMESTAMP].present &&
	       v[GC_PAGE_FLAGS].present;
}

/**
 * gc_page_cycles_to_ns() - Duration of a number of cycles.
 * @page: a page for which gc_page_is_clock() holds
 * @cycles: the cycles
 *
 * Return: ns, limited to what fits.
 */
int64_t gc_page_cycles_to_ns(const struct gc_row *page, int64_t cycles)
{
	unsigned __int128 ns = cycles < 0 ? -(__int128)cycles : cycles;
	int64_t shift = page->v[GC_PAGE_SHIFT].s, result;

	/* 63 bits, 31 of shift and 32 of multiplier just fit. */
	ns = shift < 0 ? ns >> -shift : ns << shift;
	ns = ns * page->v[GC_PAGE_MUL].u >> 32;
	result = ns > INT64_MAX ? INT64_MAX : (int64_t)ns;
	return cycles < 0 ? -result : result;
}
