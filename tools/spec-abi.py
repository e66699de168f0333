#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Print the numbers of a netlink spec that requests are made of, for shell scripts.

usage: spec-abi.py SPEC.yaml
"""

import sys

import yaml


# Attributes of answers that the scripts ask for, too.
ANSWERS = {("event", "seq"), ("tsc", "state")}


def shell_name(*words):
    """A variable's name."""
    return "_".join(words).replace("-", "_").upper()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    print("# SPDX-License-Identifier: GPL-2.0-only")
    print("# shellcheck shell=sh")
    print("# shellcheck disable=SC2034 # whoever sources it takes what it needs")
    print("#")
    print("# Commands, attributes and flags as nl_request wants them, from the netlink spec.")
    print("# To regenerate run: make regen. To be sourced.\n")
    wanted = set(ANSWERS)
    for number, operation in enumerate(spec["operations"]["list"], 1):
        print(f"{shell_name(operation['name'])}={number}")
        for kind in ("do", "dump"):
            request = operation.get(kind, {}).get("request", {})
            for attribute in request.get("attributes", []):
                wanted.add((operation["attribute-set"], attribute))
    for attribute_set in spec["attribute-sets"]:
        name = attribute_set["name"]
        for number, attribute in enumerate(attribute_set["attributes"], 1):
            if (name, attribute["name"]) in wanted:
                print(f"{shell_name(name, attribute['name'])}={number}")
    print("NESTED=$((0x8000))")


if __name__ == "__main__":
    main()
