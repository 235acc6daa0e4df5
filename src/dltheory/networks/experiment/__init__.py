"""Networks that are trained, linearised, thinned out and pruned; nothing here knows what was predicted of them."""
