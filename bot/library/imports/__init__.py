"""Questions and goods from the tables that people keep: workbooks and CSV of any usual encoding."""
