"""The board of a cutover: what the lead sees, what crews report by phone, and what is kept of it.

Each report is a line of a log, chained by digests (record.py) and kept in SQLite (store.py). What stands where is
worked out from the plan and that log (state.py) and from nothing else. access.py says who may come in, reports.py who
may say what; live.py is where a report is judged, kept and told; pages.py shows it, server.py serves it.

Nothing here reads a clock or draws at random: `now` and the drawing of tokens come from cli/.
"""
