"""The committee's decisions, and the awards, agreements and members that follow from them."""
