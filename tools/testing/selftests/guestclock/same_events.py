#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Whether two accounts are the same, field by field:

  same_events.py trace EXPORT TRACE    events in tracefs
  same_events.py ynl EXPORT YNL        events that the YNL client was told
  same_events.py rows CLIENT YNL       rows of a snapshot

EXPORT and CLIENT are JSON lines of guestclock, YNL is JSON of the YNL client's
cli.py. Prints what is compared and what differs; exit status 1 if anything does.
"""

import json
import re
import sys

# What each type's four numbers in the tracepoint are called elsewhere.
TRACE_VALUES = {
    "pvclock_update": ["discontinuity_ns", "page_new.tsc_timestamp",
                       "page_new.system_time_ns", "page_new.version"],
    "clocksource_switch": ["rating", "clocksource_flags", "vdso_clock_mode"],
    "clock_step": ["step_ns", "offs_real_before_ns", "offs_real_after_ns"],
    "clocksource_unstable": ["rating", "clocksource_flags", "vdso_clock_mode"],
    "tsc_offset": ["offset_cycles", "bound_cycles", "tsc_state", "ref_cpu"],
    "tsc_adjust": ["adjust_change_cycles", "adjust_old_cycles", "adjust_new_cycles"],
    "lost": ["lost_count", "lost_reason"],
}
# The numbers behind words, as in netlink/specs/guestclock.yaml.
NUMBERS = {
    "tsc_state": ["ok", "reference", "not_measured", "no_answer", "inconsistent",
                  "left_alone"],
    "lost_reason": ["staging_overflow", "log_overwritten", "socket", "module_gone"],
}
WORDS = ("type", "source", "state", "tsc-state", "lost-reason", "adjust-state", "fault",
         "tsc-fault")
# Where a message says how far the log is, which is no part of the event.
TRANSPORT = ("log-tail", "log-head")
# What the client adds or works out.
DERIVED = ("machine_id", "boot_id", "step_ns", "adjust_change_cycles", "note")


def number(value):
    """A number as a number, however it is written; anything else as it is."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+|0x[0-9a-f]+", value):
        return int(value, 0)
    return value


def lines(path):
    """The objects in a file of JSON lines, or of JSON lists."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                item = json.loads(line)
                found += item if isinstance(item, list) else [item]
    return found


def at(event, path):
    """The number at a dotted path; 0 where there is none, as in the tracepoint."""
    for key in path.split("."):
        event = event.get(key, 0) if isinstance(event, dict) else 0
    name = path.rsplit(".", 1)[-1]
    if name in NUMBERS and event in NUMBERS[name]:
        return NUMBERS[name].index(event) + 1
    return number(event)


def traced(event):
    """An exported event as the tracepoint has it."""
    names = TRACE_VALUES[event["type"]]
    values = [at(event, name) for name in names] + [0] * (4 - len(names))
    return {
        "seq": at(event, "seq"), "type": event["type"],
        "capture_cpu": event["capture_cpu"], "subject_cpu": event.get("subject_cpu", -1),
        "tsc": at(event, "tsc_before_cycles"),
        **{f"value{i + 1}": value for i, value in enumerate(values)},
    }


def read_trace(path):
    """The events in a trace, as dictionaries."""
    with open(path, encoding="utf-8") as file:
        return [{key: number(value) for key, value in re.findall(r"(\w+)=(\S+)", line)}
                for line in file if re.search(r": event: ", line)]


def renamed(ynl, client):
    """What the YNL client says, with the names and words of guestclock's keys."""
    row = {}
    for name, value in ynl.items():
        key = name.replace("-", "_")
        if name in TRANSPORT and key not in client:
            continue
        if name == "page" and key not in client:
            row.update(renamed(value, client))
            continue
        for unit in ("_ns", "_cycles", "_ms", "_events"):
            if key not in client and key + unit in client:
                key += unit
        if isinstance(value, dict):
            value = renamed(value, client.get(key, {}))
        elif name in WORDS:
            value = value.replace("-", "_")
        row[key] = value
    return row


def compared(client):
    """What guestclock says, less what it adds."""
    row = {}
    for key, value in client.items():
        if key in DERIVED or value is None:
            continue
        if key == "reason" and value == "unknown":
            continue
        row[key] = compared(value) if isinstance(value, dict) else number(value)
    return row


def report(what, wanted, found):
    """Print what differs between two rows; return whether anything does."""
    keys = [key for key in {**wanted, **found} if wanted.get(key) != found.get(key)]
    for key in keys:
        print(f"# {what}: {key} is {wanted.get(key)} here and {found.get(key)} there")
    return bool(keys)


def differ(wanted, found, key):
    """Print what differs between two lists of rows; return whether anything does."""
    there = {row.get(key): row for row in found}
    bad = len(there) != len(found)
    for row in wanted:
        if row[key] not in there:
            print(f"# {key} {row[key]} is missing there")
            bad = True
            continue
        bad |= report(f"{key} {row[key]}", row, there.pop(row[key]))
    for extra in there:
        print(f"# {key} {extra} is there only")
    return bad or bool(there)


def main():
    """Compare what the command line names."""
    kind, client_path, other_path = sys.argv[1:]
    client = lines(client_path)
    if kind == "trace":
        wanted, found = [traced(event) for event in client], read_trace(other_path)
        bad = differ(wanted, found, "seq")
    elif kind == "ynl":
        told = [item.get("msg", item) for item in lines(other_path)]
        # The stream begins with the subscription, wherever that is.
        first = min((event["seq"] for event in told), default=0)
        events = {at(event, "seq"): event for event in client if at(event, "seq") >= first}
        wanted = [compared(event) for event in events.values()]
        found = [renamed(event, events.get(event["seq"], {})) for event in told]
        bad = differ(wanted, found, "seq")
    else:
        told = lines(other_path)
        bad = len(told) != len(client)
        wanted = [compared(row) for row in client]
        found = [renamed(other, row) for other, row in zip(told, client)]
        for row, other in zip(wanted, found):
            bad |= report(f"row {row.get('cpu', row.get('name', '-'))}", row, other)
    fields = sum(len(row) for row in wanted)
    types = sorted({str(row["type"]) for row in wanted if "type" in row})
    print(f"# {len(wanted)} and {len(found)} rows of {fields} fields {' '.join(types)}")
    return 1 if bad or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
