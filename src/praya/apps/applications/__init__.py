"""Applications: drafts, immutable submissions, questions to the applicant, stage clocks."""
