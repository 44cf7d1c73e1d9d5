total = «first +¦ »
