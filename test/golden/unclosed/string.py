print(«x + 1,¦ "text»)
