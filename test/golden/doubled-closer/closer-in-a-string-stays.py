print(«":)", x¦)»)
