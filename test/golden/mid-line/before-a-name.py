x = «¦value + » other
