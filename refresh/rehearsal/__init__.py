"""The weekend rehearsed: thousands of times by numbers, its way back on the twin, Monday's log-on, the week after."""
