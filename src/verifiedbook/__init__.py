"""The engine of a book whose statements are verified: nothing here knows a chapter."""
