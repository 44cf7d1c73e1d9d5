a.append(b)
a.append(b)
«¦a.append(b)»
