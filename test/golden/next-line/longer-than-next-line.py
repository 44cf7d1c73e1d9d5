def f(self):
    «return self.value + 1¦»
    return self.value
