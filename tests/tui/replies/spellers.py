"""A spell checker for tests: a real program that speaks the protocol of `ispell -a`."""

from pathlib import Path

_SPELLER = """#!/usr/bin/env python3
import sys
wrong = {{"recieve": "receive, relieve", "tomorow": "tomorrow", "Grinnder": "", **{more!r}}}
log = open({log!r}, "a", encoding="utf-8")
print("@(#) International Ispell Version 3.1.20 (a test)", flush=True)
for line in sys.stdin:
    line = line.rstrip("\\n")
    log.write(line + "\\n")
    log.flush()
    if line[:1] == "*":
        wrong.pop(line[1:], None)
    elif line[:1] == "^":
        word = line[1:]
        found = wrong.get(word)
        if found is None:
            print("*\\n", flush=True)
        elif not found:
            print(f"# {{word}} 1\\n", flush=True)
        else:
            print(f"& {{word}} {{found.count(',') + 1}} 1: {{found}}\\n", flush=True)
"""


def speller(folder: Path, **more: str) -> tuple[str, Path]:
    """A command that knows three words as wrong, and `more` with their suggestions; and the file of
    what it was asked."""
    asked, program = folder / "asked", folder / "speller"
    asked.touch()
    program.write_text(_SPELLER.format(more=more, log=str(asked)), encoding="utf-8")
    program.chmod(0o700)
    return f"{program} -a", asked


def broken(folder: Path, script: str) -> str:
    """A command that is this shell script."""
    program = folder / "broken"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return str(program)
