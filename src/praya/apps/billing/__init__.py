"""What holders owe and are owed: invoices, payments, claims, and months that are closed."""
