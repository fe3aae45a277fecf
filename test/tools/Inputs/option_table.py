# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails unless the man page and each shell's completion have every option of every command's --help."""
import re
import subprocess
import sys


def keratin(*arguments):
    return subprocess.run(["keratin", *arguments], check=True, capture_output=True, text=True).stdout


def options_of(text):
    return set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.MULTILINE))


def commands_of(text):
    return re.findall(r"^  (\w+) ", text[text.index("Subcommands:"):], re.MULTILINE)


help_text = keratin("--help")
commands = commands_of(help_text)
man = keratin("man").replace("\\-", "-")
scripts = {shell: keratin("completion", shell) for shell in ("bash", "zsh", "fish")}
missing = []
for command in [None, *commands]:
    text = keratin(*([command] if command else []), "--help")
    options = options_of(text)
    if not options:
        missing.append(f"{command}: no options found in --help")
    if command and "Example: " not in text:
        missing.append(f"{command}: no example in --help")
    page = man if command is None else man[man.index(f".SS keratin {command}"):]
    page = page.split("\n.S" if command else "\n.SS ")[0]
    for option in options:
        if not re.search(rf"\\fB{option}\\fR", page):
            missing.append(f"man page: {command or 'keratin'} {option}")
    for shell, script in scripts.items():
        for option in options:
            if command is None:
                found = option in script if shell != "fish" else f"-l {option[2:]}" in script
            elif shell == "fish":
                found = re.search(rf"from {command}'.* -l {option[2:]}\b", script)
            else:
                start = re.search(rf"^    {command}\) (words\+=|_arguments)", script, re.MULTILINE)
                found = start and option in script[start.end():script.index(";;", start.end())]
            if not found:
                missing.append(f"{shell}: {command or 'keratin'} {option}")
print(f"{len(commands)} commands")
sys.exit("\n".join(missing) if missing or len(commands) < 11 else 0)
