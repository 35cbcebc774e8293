-- What became of the calendar's entries, by day: the pages of the plan look back.
CREATE INDEX due_calendar ON due (at) WHERE kind = 'calendar';
