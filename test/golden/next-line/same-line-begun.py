def f(self):
    ret«¦urn self.value»

    return self.value
