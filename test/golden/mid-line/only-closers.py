print(f(g(«value¦»)))  
