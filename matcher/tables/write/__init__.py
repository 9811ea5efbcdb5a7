"""Write results, workbooks and templates: whole or not at all."""
