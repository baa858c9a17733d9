"""The forms of Home First, a module for each part."""
