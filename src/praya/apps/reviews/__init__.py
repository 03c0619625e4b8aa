"""Reviews: assignment, declared conflicts, marks by criterion, recommended amounts."""
