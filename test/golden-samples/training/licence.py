"""Notes of a licence, as many files begin with."""

# Permission is granted to use, copy and change this program,
# as long as this notice stays where it is.
# There is no warranty of any kind.

def answer():
    return 42
