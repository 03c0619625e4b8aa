"""Running jobs somewhere: the port every engine answers to, and how engines are found."""
