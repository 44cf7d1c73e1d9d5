total = sum(«max(row) for row in rows¦)»)
