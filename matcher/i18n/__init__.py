"""Languages: catalogues of messages, and the folding of spellings."""
