"""Loading the reference data files of directory/data/ into the database, and saying what happened."""
