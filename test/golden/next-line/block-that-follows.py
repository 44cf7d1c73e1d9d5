def f(self):
    «first = 1
    second = 2¦
    return first + second»
    return first + second
