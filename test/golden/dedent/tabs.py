def f():
	if x:
		«total = 1¦
	return total»
