print(«values[1], "te)xt"¦»)
