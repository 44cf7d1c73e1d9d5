total = sum(«values¦[1»)
