"""Writes python-names.ts: the names that every Python programmer can use without defining them. By hand:

    python3 scripts/make-python-names.py

Keywords, builtins, and of the standard library's public modules their names, what they define, the attributes of what
they define, and the parameters of it all: keyword arguments are called by these.
"""

import builtins
import importlib
import inspect
import keyword
import pkgutil
import string
import sys
import warnings
from pathlib import Path
from textwrap import wrap

# Jokes, demonstrations, tests, what only old code imports, and tables of constants of one kind of machine.
SKIPPED = {
    'antigravity', 'this', 'turtledemo', 'test', 'idlelib', 'lib2to3', 'sre_compile', 'sre_constants', 'sre_parse',
    'curses', 'termios', 'tty', 'pty', 'ossaudiodev', 'spwd', 'nis', 'crypt', 'wintypes',
}  # fmt: skip


def public(names):
    return {name for name in names if not name.startswith('_') or (name.startswith('__') and name.endswith('__'))}


def parameters(function):
    try:
        return public(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def names_of_value(value):
    if inspect.ismodule(value):
        return set()
    found = parameters(value) if callable(value) else set()
    if inspect.isclass(value):
        for name in public(dir(value)):
            found |= {name} | parameters(getattr(value, name, None))
    return found


def modules(name):
    """The module called so and those in it, as far as they can be imported here."""
    try:
        module = importlib.import_module(name)
    except Exception:
        return
    yield module
    for child in pkgutil.iter_modules(getattr(module, '__path__', ())):
        if child.name in public([child.name]) - SKIPPED and not child.name.startswith(('test', '__')):
            yield from modules(f'{name}.{child.name}')


def all_names():
    found = {*keyword.kwlist, *keyword.softkwlist, *string.ascii_letters, '_', *public(sys.stdlib_module_names)}
    for name in dir(builtins):
        found |= {name} | names_of_value(getattr(builtins, name))
    for top in sorted(public(sys.stdlib_module_names) - SKIPPED):
        for module in modules(top):
            found.add(module.__name__.split('.')[-1])
            for name in public(dir(module)):
                found |= {name} | names_of_value(getattr(module, name, None))
    return sorted(name for name in found if name.isidentifier() and name.isascii())


def main():
    warnings.simplefilter('ignore')
    names = all_names()
    lines = '\n'.join(wrap(' '.join(names), 118, break_long_words=False, break_on_hyphens=False))
    version = f'{sys.version_info.major}.{sys.version_info.minor}'
    table = Path(__file__).parent.parent / 'src/completion/code-aware/python-names.ts'
    table.write_text(
        f'/** {len(names)} names of Python {version} and its standard library; written by scripts/make-python-names.py. */\n'
        f'export const PYTHON_NAMES = `\n{lines}\n`;\n',
        encoding='utf-8',
    )


if __name__ == '__main__':
    main()
