"""The weekend of a cutover, planned: visits, routes, the data centre's tasks. Solvers load with what plans."""
