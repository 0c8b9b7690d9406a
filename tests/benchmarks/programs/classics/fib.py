def fib(n: int) -> int:
    """Calls: Fibonacci numbers by the definition.

    >>> fib(10)
    55
    """
    return n if n < 2 else fib(n - 1) + fib(n - 2)
