"""Notices: the outbox of mails, what each person wants to be told, warnings, and web hooks."""
