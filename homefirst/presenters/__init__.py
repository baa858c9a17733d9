"""The presenters of Home First, a module for each part."""
