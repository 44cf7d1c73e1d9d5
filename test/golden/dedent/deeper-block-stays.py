for x in rows:
    «if x:
        total += x
    count += 1¦
print(total)»
