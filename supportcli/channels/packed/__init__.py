"""What is packed inside a part: the files and text of a winmail.dat, the content of a signature."""
