def f(self):
    «¦return self.value»
    return self.value
