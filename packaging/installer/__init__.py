"""What `./dev package` is made of: the frozen program, and the packages around it."""
