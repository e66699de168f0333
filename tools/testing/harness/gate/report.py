# SPDX-License-Identifier: GPL-2.0-only
"""What a run ends with: the table of guests, and the lines after it."""


def _cell(lines):
    if not lines:
        return "."
    seconds = sum(float(line[2]) for line in lines)
    passed, failed, skipped = (sum(int(line[at]) for line in lines) for at in (3, 4, 5))
    return f"{passed}{f',{failed}F' if failed else ''}{f',{skipped}S' if skipped else ''}" \
        f" {seconds:.0f}s"


def table(results):
    """Tests down, guests across: cases that passed, failed (F) and were skipped (S), and
    the seconds; "." is a test that this guest does not run. Slowest first."""
    guests = list(dict.fromkeys(result.guest for result in results))
    cells = {}
    seconds = {}
    for result in results:
        for line in result.verdict:
            name = line[1].removeprefix("test_").removesuffix(".sh")
            cells.setdefault((name, result.guest), []).append(line)
            seconds[name] = seconds.get(name, 0) + float(line[2])
    heads = [guest.replace(" on ", "/").replace(", ", " ") for guest in guests]
    widths = [max(9, len(head)) for head in heads]
    yield f"{'':24}" + " ".join(f"{head:>{width}}" for head, width in zip(heads, widths))
    for name in sorted(seconds, key=seconds.get, reverse=True):
        yield f"{name:24}" + " ".join(
            f"{_cell(cells.get((name, guest))):>{width}}"
            for guest, width in zip(guests, widths))
    whole = [sum(result.seconds for result in results if result.guest == guest)
             for guest in guests]
    yield f"{'(whole boots)':24}" + " ".join(
        f"{f'{total}s':>{width}}" for total, width in zip(whole, widths))


def guest_failures(results):
    """A line for each guest and reason: the first test and how many more."""
    same = {}
    for result in results:
        for line in result.verdict:
            if line[0] == "fail":
                reason = " ".join(line[6:])
                same.setdefault((result.guest, reason), []).append(line)
    for (guest, reason), lines in same.items():
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        yield f"{guest}: {lines[0][1]}{more}: {reason}"


def flaky(results):
    """A line for each boot that was repeated, by the test that it ended in."""
    for result in results:
        for boot in result.boots:
            if boot[0] in ("unborn", "host", "cpu"):
                test = "before the first test" if boot[1] == "-" or boot[0] == "unborn" \
                    else boot[1]
                yield f"FLAKY {result.guest}: {test}: {' '.join(boot[2:])}"


def unfit(results):
    """How many boots gave their TSC up, where a row needs it."""
    return sum(1 for result in results for boot in result.boots if boot[0] == "unfit")


def section(title, lines):
    """A titled list, nothing when it is empty."""
    lines = list(lines)
    return ["", f"{title}:"] + [f"  {line}" for line in lines] if lines else []
