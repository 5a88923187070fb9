"""Building the book: what only its chapters and appendices call."""
