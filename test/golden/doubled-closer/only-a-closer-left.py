print(name«¦) + x»)
