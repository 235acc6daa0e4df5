"""Long runs that can be repeated: records, resuming, progress, and what several seeds say."""
