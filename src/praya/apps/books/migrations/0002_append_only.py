"""Entries, postings and the records of batches are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [("books", "0001_initial")]

    operations = [guard_tables("books_entry", "books_posting", "books_batchrecord")]
