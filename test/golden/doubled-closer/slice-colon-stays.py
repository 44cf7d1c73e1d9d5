if rows[«first:last¦]:»]:
    pass
