"""Jobs under an award, usage records, and the charges rated from them."""
