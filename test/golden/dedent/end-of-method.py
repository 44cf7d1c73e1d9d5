class A:
    def f(self):
        «return self.value¦

    def g(self):
        return 1»
