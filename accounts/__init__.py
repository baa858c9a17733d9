"""People who sign in, the roles they hold and the sessions they hold them in."""
