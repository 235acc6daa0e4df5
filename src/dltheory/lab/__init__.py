"""What the experiments of all chapters share: data, models, training, style, and long runs. Knows no chapter."""
