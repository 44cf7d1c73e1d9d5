a.append(c)
«a.append(b)
a.append(b)¦
a.append(b)
a.append(b)»
