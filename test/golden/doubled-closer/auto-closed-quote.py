path = "«/usr/share¦"»"
