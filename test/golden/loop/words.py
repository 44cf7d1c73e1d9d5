x = «¦foo.bar.foo.bar.foo.bar.foo.bar»
