"""The names of the standard library that pure tools have, and why they do not have others.

The names are written out, so that a source has the same findings under each Python. A name that this Python's module lacks
is missing when the tool runs.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = {
    "abc": "ABC abstractmethod",
    "asyncio": """
        gather sleep wait_for create_task ensure_future wait as_completed shield iscoroutine isfuture
        Event Queue PriorityQueue LifoQueue QueueEmpty QueueFull Lock Semaphore BoundedSemaphore Task Future
        TimeoutError CancelledError InvalidStateError FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED
    """,
    "base64": """
        b64encode b64decode urlsafe_b64encode urlsafe_b64decode standard_b64encode standard_b64decode b32encode b32decode
        b16encode b16decode b85encode b85decode
    """,
    "bisect": "bisect bisect_left bisect_right insort insort_left insort_right",
    "cmath": """
        acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan nanj phase pi polar
        rect sin sinh sqrt tan tanh tau
    """,
    "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple abc",
    "collections.abc": """
        AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable Collection Container Coroutine Generator Hashable
        ItemsView Iterable Iterator KeysView Mapping MutableMapping MutableSequence MutableSet Reversible Sequence Set Sized
        ValuesView
    """,
    "contextlib": "contextmanager nullcontext suppress",
    "copy": "copy deepcopy",
    "dataclasses": "dataclass field fields asdict astuple replace is_dataclass FrozenInstanceError KW_ONLY MISSING InitVar",
    "datetime": "date datetime time timedelta timezone tzinfo UTC MINYEAR MAXYEAR",
    "decimal": """
        Decimal InvalidOperation DivisionByZero DecimalException ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN
        ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP ROUND_05UP
    """,
    "difflib": "get_close_matches ndiff unified_diff context_diff",
    "enum": "Enum IntEnum StrEnum Flag IntFlag auto unique",
    "fractions": "Fraction",
    "functools": "cache cached_property cmp_to_key lru_cache partial reduce total_ordering wraps",
    "hashlib": "sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 md5 blake2b blake2s",
    "heapq": "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest",
    "html": "escape unescape",
    "itertools": """
        accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse groupby
        islice pairwise permutations product repeat starmap takewhile tee zip_longest
    """,
    "json": "dumps loads JSONDecodeError",
    "math": """
        acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1 fabs
        factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10
        log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp
    """,
    "operator": """
        abs add and_ attrgetter concat contains countOf eq floordiv ge getitem gt indexOf inv invert is_ is_not itemgetter le
        lshift lt matmul methodcaller mod mul ne neg not_ or_ pos pow rshift sub truediv truth xor
    """,
    "random": """
        Random seed random randint randrange choice choices shuffle sample uniform triangular gauss normalvariate expovariate
        betavariate gammavariate getrandbits randbytes
    """,
    "re": """
        compile match fullmatch search sub subn split findall finditer escape error Pattern Match RegexFlag
        A ASCII I IGNORECASE M MULTILINE S DOTALL U UNICODE X VERBOSE NOFLAG
    """,
    "statistics": """
        correlation covariance fmean geometric_mean harmonic_mean linear_regression mean median median_grouped median_high
        median_low mode multimode pstdev pvariance quantiles stdev variance StatisticsError
    """,
    "string": """
        ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable punctuation whitespace
        Template
    """,
    "textwrap": "dedent fill indent shorten wrap",
    "typing": """
        Annotated Any AnyStr AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable ClassVar Collection Coroutine
        Counter DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable Iterable Iterator List Literal Mapping
        MutableMapping MutableSequence NamedTuple Never NoReturn NotRequired Optional ParamSpec Protocol Required Self
        Sequence Set SupportsFloat SupportsIndex SupportsInt TYPE_CHECKING Tuple Type TypeAlias TypeGuard TypeVar TypedDict
        Union assert_never cast final overload runtime_checkable
    """,
    "unicodedata": "bidirectional category combining decimal digit east_asian_width lookup mirrored name normalize numeric",
    "urllib": "parse",
    "urllib.parse": "quote quote_plus unquote unquote_plus urlencode urljoin urlparse urlsplit urlunparse parse_qs parse_qsl",
    "zlib": "adler32 crc32",
}

NAMES: Final[dict[str, frozenset[str]]] = {module: frozenset(text.split()) for module, text in _TEXT.items()}
"""What each module has here."""

MODULES: Final = ", ".join(sorted(NAMES))

_CLOCK: Final = "a pure tool has no clock; give it the time as an argument"

INSTEAD: Final = {
    "asyncio.run": "the tool runs already; write await",
    "asyncio.get_event_loop": "the tool runs already; write await",
    "asyncio.get_running_loop": "the tool runs already; write await",
    "asyncio.new_event_loop": "the tool runs already; write await",
    "asyncio.timeout": "use asyncio.wait_for(awaitable, seconds)",
    "asyncio.TaskGroup": "use asyncio.gather",
    "asyncio.to_thread": "a pure tool has no threads; call the function",
    "json.load": "use json.loads",
    "json.dump": "use json.dumps",
    "time.sleep": "use await asyncio.sleep(seconds)",
    "datetime.datetime.now": _CLOCK,
    "datetime.datetime.utcnow": _CLOCK,
    "datetime.datetime.today": _CLOCK,
    "datetime.date.today": _CLOCK,
}
"""What to write for names that a module does not have here."""

OUTSIDE: Final = {
    **dict.fromkeys(("time",), _CLOCK),
    **dict.fromkeys(
        ("requests", "httpx", "aiohttp", "urllib.request", "socket", "subprocess"), "ask an agent, by call_agent"
    ),
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "concurrent.futures"), "use asyncio.gather"),
    **dict.fromkeys(("secrets", "uuid"), "chance comes from random.seed(number) or random.Random(seed) only"),
    "logging": "use print",
    "queue": "use asyncio.Queue or collections.deque",
    "traceback": "use type(error).__name__ and str(error)",
    "pprint": "use json.dumps(value, indent=2)",
    "typing_extensions": "use typing",
}
"""What to do in the place of importing a module that is not here."""

NEWER: Final = {
    "type": "a type statement is not available: write NAME = ...",
    "parameters": "type parameters in brackets are not available: use typing.TypeVar",
}
"""What to write in the place of syntax that not every supported Python has."""

LOOPS: Final = {
    "async for": "async for and async comprehensions are not available: await the whole list, then use for",
    "async with": (
        "async with is not available: for fewer calls at once, gather over chunks of the list, one chunk after the other, or "
        "await limit.acquire() and release() in a finally; for a time limit, use asyncio.wait_for"
    ),
}
"""What to write in the place of asynchronous statements."""

BUILT_INS: Final = {
    **dict.fromkeys(("eval", "exec", "compile", "__import__"), "code comes from the cell only"),
    **dict.fromkeys(("open", "input"), "a pure tool reaches the world only by call_agent"),
    **dict.fromkeys(("globals", "locals", "dir"), "what is in scope is not for inspection; keep a dict"),
    **dict.fromkeys(("breakpoint", "help", "exit", "quit", "memoryview"), "a pure tool does without it"),
    **dict.fromkeys(("aiter", "anext"), "await the whole list instead"),
    **dict.fromkeys(
        ("BaseException", "BaseExceptionGroup", "KeyboardInterrupt", "SystemExit", "GeneratorExit"),
        "these are not for the tool to catch or raise; use Exception",
    ),
}
"""Python's built-in names that pure tools do not have, and what to do."""
