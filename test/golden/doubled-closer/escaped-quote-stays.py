text = '«it\'s here¦'»'
