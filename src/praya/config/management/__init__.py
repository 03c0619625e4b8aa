"""Django's commands that Praya does in its own way."""
