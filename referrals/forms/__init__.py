"""What people type, checked for shape only; permission and state are the policies' business, writing the actions'."""
