def longest_palindrome(text: str) -> str:
    """The longest substring that reads the same backwards; the first of several.

    >>> longest_palindrome("forgeeksskeegfor")
    'geeksskeeg'
    >>> longest_palindrome("")
    ''
    """
    start = 0
    longest = 0
    n = len(text)
    for centre in range(2 * n - 1):
        left = centre // 2
        right = left + centre % 2
        while left >= 0 and right < n and text[left] == text[right]:
            left -= 1
            right += 1
        if right - left - 1 > longest:
            start = left + 1
            longest = right - left - 1
    return text[start : start + longest]
