"""Judges what bench/code-validity.ts wrote, with Python's own tokenizer: python3 bench/code_validity.py shown.jsonl"""

import builtins
import io
import json
import keyword
import sys
import tokenize

PAIRS = {")": "(", "]": "[", "}": "{"}


def tokens(text):
    """All tokens up to the first error; whether there was one other than that the text ends too early."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found.append(token)
    except (tokenize.TokenError, IndentationError, SyntaxError) as error:
        return found, "EOF" not in str(error)
    return found, any(token.type == tokenize.ERRORTOKEN and token.string.strip() for token in found)


def offset_of(text, position):
    row, column = position
    return sum(len(line) + 1 for line in text.split("\n")[: row - 1]) + column


def wrong_closers(text, start):
    """Closing brackets from offset `start` on that close nothing, or a bracket of another kind."""
    stack, wrong = [], 0
    for token in tokens(text)[0]:
        if token.type != tokenize.OP:
            continue
        if token.string in "([{":
            stack.append(token.string)
        elif token.string in PAIRS:
            fits = bool(stack) and stack.pop() == PAIRS[token.string]
            wrong += not fits and offset_of(text, token.start) >= start
    return wrong


def names_in(text):
    return [(token.string, offset_of(text, token.start)) for token in tokens(text)[0] if token.type == tokenize.NAME]


def standard_names():
    names = set(keyword.kwlist) | set(keyword.softkwlist) | set(dir(builtins)) | set(sys.stdlib_module_names)
    for kind in (str, bytes, list, dict, set, tuple, int, float, object, type, property, BaseException):
        names.update(dir(kind))
    return names


def main(path):
    known = standard_names()
    suggestions = closers = names = unknown = 0
    samples = {"raw": [], "aware": []}
    for line in open(path, encoding="utf-8"):
        item = json.loads(line)
        if item["kind"] == "names":
            known.update(item["names"])
        elif item["kind"] == "suggestion":
            text, start = item["before"] + item["shown"], len(item["before"])
            suggestions += 1
            closers += wrong_closers(text, start)
            own = {name for name, at in names_in(text) if at < start}
            # A name that was begun before the cursor ends in the suggestion.
            shown = [name for name, at in names_in(text) if at >= start]
            names += len(shown)
            strange = [name for name in shown if name not in known and name not in own]
            unknown += len(strange)
            if strange:
                print("unknown:", strange, "in", repr(item["shown"]), file=sys.stderr)
        else:
            for kind in samples:
                # The last line may be cut anywhere.
                samples[kind].append(not tokens(item[kind].rpartition("\n")[0] + "\n")[1])
    print(f"{suggestions} suggestions: {closers} wrong closing brackets; {unknown} of {names} names unknown ({unknown / max(1, names):.2%})")
    for kind, good in samples.items():
        print(f"{kind} samples that tokenize: {sum(good)} of {len(good)}")


main(sys.argv[1])
