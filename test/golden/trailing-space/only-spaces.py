def f():
«¦        »
