for x in rows:
    pri«nt(x)¦
print(total)»
