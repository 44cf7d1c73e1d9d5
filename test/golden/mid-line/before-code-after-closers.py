f(«¦value») + 1
