"""Pages about invoices, payments, claims, closed months and subsidy over the years."""
