if value«.is_valid()¦:»:
    pass
