"""What can go wrong while mail is received: kills, cut lines, mad servers, full disks, poison,
forgeries and injections, tried one after the other.

Each fault has a short form with fixed seeds, for `make acceptance`, and a long one, for `make
soak`. All of them drive the program by its command line, and `checker` looks at what is left: it
reads the server and the database itself."""
