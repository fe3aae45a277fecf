# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How random models are written: calls as the text of a script, and which of their arguments."""


class Code(str):
    """An argument that stands in a script as it is, not in quotes."""
    __repr__ = str.__str__


def call(name, positional, keywords):
    arguments = [repr(value) for value in positional] + [f"{key}={value!r}" for key, value in keywords.items()]
    return Code(f"{name}({', '.join(arguments)})")


def some(pick, share=0.5, **choices):
    """A share of the arguments, each with one of its values: the others keep their defaults."""
    return {key: pick.choice(values) for key, values in choices.items() if pick.random() < share}
