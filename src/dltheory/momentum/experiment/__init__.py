"""The experiments of the chapter: frozen configuration in, arrays out; no plotting."""
