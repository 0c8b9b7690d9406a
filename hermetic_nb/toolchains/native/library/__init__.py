"""The standard library of native cells: typed Python that is compiled with the cell that imports it (`parse.imports`).

A file stands for the module of its name, and what it does is what CPython 3.14's module does. A function whose name
goes on after ``__`` is taken where a call gives the arguments that are named there: ``nsmallest__key``. What iterates
lazily in CPython is a list here: `parse.iterators` says where that cannot be told.
"""
