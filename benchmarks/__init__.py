"""What `make bench` measures: each goal against a peer or a limit in the same run, because one
machine is never as fast as another, nor as itself."""
