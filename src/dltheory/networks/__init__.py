"""From linear models to networks: which theorem of the book still holds, how nearly, and how one knows."""
