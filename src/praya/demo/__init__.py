"""The demo face: a whole programme told by the commands that a click or a call runs."""
