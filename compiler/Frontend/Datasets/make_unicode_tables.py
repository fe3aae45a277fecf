# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes UnicodeTables.cpp from what this Python knows: python3.11 make_unicode_tables.py > UnicodeTables.cpp

Python 3.11 has Unicode 14; test/unit/Datasets/UnicodeTest.cpp has the hashes of what it makes of every character.
"""
import sys
import unicodedata

SIGMA, FINAL_SIGMA = "\u03a3", "\u03c2"
CHARACTERS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def rows(items, width=100):
    line = " "
    for item in items:
        if len(line) + len(item) + 2 > width:
            yield line
            line = " "
        line += f" {item},"
    yield line


def show(kind, name, items):
    print(f"\nstatic constexpr {kind} {name}Rows[] = {{", *rows(items), "};", sep="\n")
    print(f"const Table<{kind}> {name} = {{{name}Rows, std::size({name}Rows)}};")


def changes(change):
    """Ranges (first, last, step, distance) of the characters that become one other character."""
    ranges = []
    for char in CHARACTERS:
        to = change(char)
        if to == char or len(to) > 1:
            continue
        code, distance = ord(char), ord(to) - ord(char)
        if ranges:
            first, last, step, before = ranges[-1]
            gap = code - last
            if distance == before and (gap <= 2 if first == last else gap == step):
                ranges[-1] = first, code, gap, distance
                continue
        ranges.append((code, code, 1, distance))
    return [f"{{{a:#x}, {b:#x}, {step}, {distance}}}" for a, b, step, distance in ranges]


def spans(has):
    ranges = []
    for code in map(ord, filter(has, CHARACTERS)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return [f"{{{a:#x}, {b:#x}}}" for a, b in ranges]


def is_cased(char):
    return (char + SIGMA).lower().endswith(FINAL_SIGMA)


def is_skipped(char):
    return not is_cased(char) and ("a" + char + SIGMA).lower().endswith(FINAL_SIGMA)


assert sys.version_info[:2] == (3, 11), "another Python has other characters"
print(f"""// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The case of letters in Unicode {unicodedata.unidata_version}, made by make_unicode_tables.py.
#include "compiler/Frontend/Datasets/UnicodeTables.h"

#include <iterator>

// clang-format off
namespace keratin::datasets {{""")
show("CaseRange", "lowerRanges", changes(str.lower))
show("CaseRange", "upperRanges", changes(str.upper))
longer = [(ord(char), [f"{ord(to):#x}" for to in char.upper()]) for char in CHARACTERS if len(char.upper()) > 1]
show("CaseExpansion", "upperExpansions", [f"{{{code:#x}, {{{', '.join(to)}}}}}" for code, to in longer])
show("CharacterRange", "cased", spans(is_cased))
show("CharacterRange", "caseIgnorable", spans(is_skipped))
print("\n} // namespace keratin::datasets\n// clang-format on")
