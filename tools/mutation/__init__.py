"""Small changes to derivations, experiments and claims, and what notices them."""
