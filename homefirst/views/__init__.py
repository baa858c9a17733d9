"""The views of Home First, a module for each part."""
