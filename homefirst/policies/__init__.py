"""Who may do what in Home First, a module for each part. Each refusal is a sentence fit for the user."""
