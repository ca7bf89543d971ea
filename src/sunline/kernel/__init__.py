"""Time, ids, errors, paging, field encryption, and the event log that nothing is lost from."""
