"""Counts six kinds of marks on the samples of a run again, by Python's own tokenizer, and compares.

    python3 bench/check-marks.py RUN

Keywords, made-up names, brackets closed rightly, wrongly and never, block colons, lines indented rightly and wrongly:
from the texts in samples.jsonl and the files that run.json names, with nothing of src/. The rules are those of
src/inspection/marks.ts. The run must have held out nothing, so that all usable files of its folders are training files.
"""

import builtins
import io
import json
import keyword
import pathlib
import re
import sys
import tokenize

COMPOUND = {"async", "class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while", "with"}
BUILTINS = {name for name in dir(builtins) if not name.startswith("_")} | {"__import__", "PythonFinalizationError"}
STATEMENT = {"assert", "break", "class", "continue", "def", "del", "elif", "except", "finally", "global", "import"}
STATEMENT |= {"nonlocal", "pass", "raise", "return", "try", "while", "with"}
PAIRS = {")": "(", "]": "[", "}": "{"}
LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
KINDS = ["keyword", "madeUpName", "closed", "misclosed", "unclosed", "blockColon", "indented", "misindented"]
DOTTED_NAME = re.compile(r"[A-Za-z_][\w.]*")


def tokens_of(source):
    """Tokens of a text that need not be Python, with string ends put where a line or the text ends in a string."""
    while True:
        tokens = []
        try:
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                tokens.append(token)
        except tokenize.TokenError as error:
            message, (row, column) = error.args
            if "string" in message:
                opener = re.compile(r"\w*('''|\"\"\")").match(source.split("\n")[row - 1], column)
                source += ("\n" if source.endswith("\\") else "") + opener[1]
                continue
            # Else it ends in brackets, after its last token.
        broken = next((t for t in tokens if t.type == tokenize.ERRORTOKEN and t.string[0] in "'\""), None)
        if broken is None:
            return tokens
        lines = source.split("\n")
        row, column = broken.start[0] - 1, broken.start[1]
        ends = broken.end[0] - 1 if "\n" in broken.string else row
        # The string is closed, and its further lines become continued, empty ones, so that rows stay what they are.
        lines[row] = lines[row][:column] + "''" + ("\\" if ends > row else "")
        for further in range(row + 1, ends):
            lines[further] = "''" + ("\\" if further + 1 < ends else "")
        source = "\n".join(lines)


def vocabulary(folders):
    names = set()
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*.py"):
            source = path.read_text("utf-8")
            if not 200 <= len(source) <= 500_000:
                continue
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.type == tokenize.NAME:
                    names.add(token.string)
                elif token.type == tokenize.STRING:
                    content = re.sub(r"^\w*('''|\"\"\"|'|\")(.*)\1$", r"\2", token.string, flags=re.S)
                    if DOTTED_NAME.fullmatch(content):
                        names.update(content.split("."))
    return names


def width(white):
    column = 0
    for character in white:
        column = column + 8 - column % 8 if character == "\t" else column + 1
    return column


def count(text, prompt, known):
    """Number of marks of each kind that reach into the text."""
    # The tokenizer takes no unknown characters into names, the lexer does.
    source = re.sub(r"\w+$|:$", "", (prompt + text).replace("\ufffd", "\u00ff"))
    lines = source.split("\n")
    white = [re.match(r"[ \t]*", line).group() for line in lines]
    starts = [sum(len(line) + 1 for line in lines[:row]) + len(white[row]) for row in range(len(lines))]
    counts = dict.fromkeys(KINDS, 0)
    brackets, levels, expects_block = [], [0], False
    line = []

    def mark(kind, end):
        if end > len(prompt):
            counts[kind] += 1

    # Without white space at the beginnings of lines, none can be inconsistent.
    for token in tokens_of("\n".join(line.lstrip(" \t") for line in lines)):
        row = token.start[0] - 1
        if token.type in (tokenize.NL, tokenize.NEWLINE) and brackets and row + 1 < len(lines):
            word = re.match(r"\w*", lines[row + 1].lstrip(" \t")).group()
            if word in STATEMENT and width(white[row + 1]) <= column:
                for _, end in brackets:
                    mark("unclosed", end)
                brackets, line, expects_block = [], [], False
        if token.type in (tokenize.NL, tokenize.NEWLINE) and not brackets and line:
            expects_block = line[-1] == ":"
            line, is_header, lambdas = [], False, 0
        if token.type in LAYOUT or not token.string.strip():
            continue
        start = starts[row] + token.start[1]
        end = start + len(token.string)
        if not line:
            is_header, has_colon, lambdas = token.string in COMPOUND, False, 0
            column = width(white[row])
            is_right = column > levels[-1] if expects_block else column in levels
            while column < levels[-1]:
                levels.pop()
            if column > levels[-1]:
                levels.append(column)
            begin = start - len(white[row])
            if not is_right or white[row]:
                mark("indented" if is_right else "misindented", max(start, begin + 1))
        previous = line[-1] if line else ""
        line.append(token.string)
        if token.type == tokenize.NAME:
            if keyword.iskeyword(token.string):
                mark("keyword", end)
                lambdas += token.string == "lambda" and not brackets
            elif not (token.string in BUILTINS and previous != ".") and token.string not in known:
                mark("madeUpName", end)
        elif token.string in ("(", "[", "{"):
            brackets.append((token.string, end))
        elif token.string in PAIRS:
            opener = PAIRS[token.string]
            mark("closed" if brackets and brackets[-1][0] == opener else "misclosed", end)
            if any(other == opener for other, _ in brackets):
                while brackets.pop()[0] != opener:
                    pass
        elif token.string == ":" and not brackets:
            if lambdas:
                lambdas -= 1
            elif is_header and not has_colon:
                mark("blockColon", end)
                has_colon = True
    return counts


def main(run):
    run = pathlib.Path(run)
    request = json.loads((run / "run.json").read_text())["request"]
    if request["holdout"] != "none":
        sys.exit("The run held files out, so this cannot tell its training files: train with --holdout none.")
    known = vocabulary(request["folders"])
    samples = [json.loads(line) for line in (run / "samples.jsonl").read_text().splitlines()]
    ours, theirs, unlike = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), []
    for sample in samples:
        again = count(sample["text"], sample["prompt"], known)
        marked = {kind: sum(mark["kind"] == kind for mark in sample["marks"]) for kind in KINDS}
        for kind in KINDS:
            ours[kind] += marked[kind]
            theirs[kind] += again[kind]
            if marked[kind] != again[kind]:
                where = f"epoch {sample['epoch']:.2f} after {sample['prompt']!r}"
                unlike.append(f"{where}: {kind} {marked[kind]}, again {again[kind]}")
    print(f"{len(samples)} samples, {sum(len(sample['text']) for sample in samples)} characters")
    for kind in KINDS:
        print(f"{kind:12} {ours[kind]:6} again {theirs[kind]:6}")
    print(f"{len(unlike)} of {len(samples) * len(KINDS)} counts differ", *unlike, sep="\n  ")


main(sys.argv[1])
