"""Starts and stops the portal on one machine: the servers under var/, the web server, the worker and the timetable."""
