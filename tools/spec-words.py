#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Print a C header with the words of every enum of a netlink spec.

usage: spec-words.py SPEC.yaml
"""

import sys

import yaml


# The enum whose words the tracepoint prints.
TRACED = "event-type"


def entries(enum):
    """Number and word of each entry."""
    first = enum.get("value-start", 0)
    for index, entry in enumerate(enum["entries"]):
        yield first + index, entry["name"].replace("-", "_")


def word_function(name, enum):
    """The function that gives a number's word."""
    lines = [f"static inline const char *{name}_word(unsigned int value)", "{"]
    lines.append("\tswitch (value) {")
    for number, word in entries(enum):
        lines += [f"\tcase {number}:", f'\t\treturn "{word}";']
    lines += ["\tdefault:", "\t\treturn NULL;", "\t}", "}"]
    return "\n".join(lines)


def print_macro(name, enum):
    """The macro that a tracepoint prints the word with."""
    pairs = [f'\t\t{{ {number}, "{word}" }}' for number, word in entries(enum)]
    return (
        f"#define print_{name}(value) \\\n\t__print_symbolic(value, \\\n"
        + ", \\\n".join(pairs)
        + ")"
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    family = spec["name"]
    guard = f"_{family.upper()}_WORDS_H"
    print("/* SPDX-License-Identifier: GPL-2.0-only */")
    print("/* Words for the numbers of the ABI, from the netlink spec. */")
    print("/* To regenerate run: make regen */")
    print(f"\n#ifndef {guard}\n#define {guard}\n")
    print("#ifdef __KERNEL__\n#include <linux/stddef.h>\n#else")
    print("#include <stddef.h>\n#endif\n")
    for enum in spec["definitions"]:
        name = f"{family}_{enum['name']}".replace("-", "_")
        print(word_function(name, enum) + "\n")
        if enum["name"] == TRACED:
            print(print_macro(name, enum) + "\n")
    print(f"#endif /* {guard} */")


if __name__ == "__main__":
    main()
