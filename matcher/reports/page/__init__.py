"""The web page: one file that opens anywhere without a network, made from the records that all views are made from."""
