"""Every change in Home First, a module for each part. Pages, the API and the timetable call the same ones."""
