"""The C sources of the native runtime, and the scripts that make the shipped bitcode of them."""
