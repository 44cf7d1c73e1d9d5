print(«"hello, " + name)¦»
