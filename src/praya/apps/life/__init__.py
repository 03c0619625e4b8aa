"""What the rules on the life of an award did, will do, and were kept from doing."""
