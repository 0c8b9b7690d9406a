"""The modules of the standard library that a cell of the python tier may import.

Pure means: no file, socket, process, thread, clock or chance is needed for its main use. What such a module has of these
is closed one by one (`clock`, `chance`, `files`, `machine`). `docs/standard-library.md` shows the list.
"""

from __future__ import annotations

from typing import Final

ALLOWED: Final = frozenset(
    """
    __future__ abc annotationlib argparse array ast asyncio atexit base64 binascii bisect builtins calendar cmath
    codecs collections colorsys configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib
    dis doctest email encodings enum errno fnmatch fractions functools gc genericpath getopt gettext glob graphlib gzip
    hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword linecache locale logging marshal
    math mimetypes numbers opcode operator optparse os pathlib pickle pickletools pkgutil platform plistlib posixpath
    pprint queue quopri random re reprlib sched shlex shutil stat statistics string stringprep struct symtable sys
    tabnanny tarfile textwrap threading time token tokenize tomllib traceback types typing unicodedata unittest
    urllib uuid warnings weakref xml zipfile zlib zoneinfo
    """.split()  # noqa: SIM905 (a hundred quoted words read worse)
)
"""A name stands for the module and all below it."""

LAZY: Final = tuple(
    """
    _ast_unparse _colorize _compat_pickle _locale _pydatetime _pydecimal _pyrepl _strptime _suggestions
    asyncio.graph asyncio.tools collections.abc concurrent.futures concurrent.futures._base concurrent.futures.thread
    email.base64mime email.charset email.contentmanager email.encoders email.errors email.feedparser email.generator
    email.header email.headerregistry email.iterators email.message email.mime.application email.mime.audio
    email.mime.base email.mime.image email.mime.message email.mime.multipart email.mime.nonmultipart email.mime.text
    email.parser email.policy email.quoprimime email.utils encodings.idna encodings.punycode fileinput html.entities
    html.parser importlib.abc importlib.machinery importlib.metadata importlib.readers importlib.resources
    importlib.resources._adapters importlib.resources.abc importlib.util io json.decoder json.encoder json.scanner logging.config logging.handlers
    pathlib.types signal socket string.templatelib unittest._log unittest.async_case unittest.case
    unittest.loader unittest.main unittest.mock unittest.result unittest.runner unittest.signals unittest.suite
    unittest.util urllib.error urllib.response xml.dom.expatbuilder xml.dom.minicompat xml.dom.minidom xml.dom.pulldom
    xml.etree.ElementInclude xml.etree.ElementPath xml.etree.ElementTree xml.etree.cElementTree xml.sax
    xml.sax.expatreader xml.sax.handler xml.sax.saxutils xml.sax.xmlreader zipfile._path zoneinfo._common
    """.split()  # noqa: SIM905 (as above)
)
"""Modules that others load at their first use; in the runner only what was loaded when it was built can be."""

PACKAGES_TOO: Final = frozenset(
    """
    concurrent ctypes cProfile dbm fcntl fileinput ftplib getpass grp http.client imaplib mmap multiprocessing pdb poplib
    pstats pwd profile resource runpy secrets select selectors signal smtplib socket socketserver sqlite3 ssl subprocess
    sysconfig tempfile termios timeit tracemalloc tty urllib urllib.request webbrowser xmlrpc bz2 lzma
    """.split()  # noqa: SIM905 (as above)
)
"""Modules that a cell may not import, but a declared package may: packages import them whether they use them or not."""

_FILES: Final = "a sealed tool has no files; io.BytesIO and io.StringIO hold data, --data NAME=PATH gives it"
_NETWORK: Final = "a sealed tool has no network; give it the data as an argument"
_PROCESSES: Final = "a sealed tool has no processes and one thread; call the function itself"
_CLOCK: Final = "a sealed tool has no clock; measure the call from outside"

INSTEAD: Final = {
    **dict.fromkeys(("bz2", "lzma"), "this Python has no such compression; zlib and gzip work"),
    **dict.fromkeys(("concurrent", "multiprocessing", "subprocess", "signal", "_thread"), _PROCESSES),
    **dict.fromkeys(("cProfile", "profile", "pstats", "timeit", "tracemalloc"), _CLOCK),
    **dict.fromkeys(("ctypes", "mmap", "resource", "fcntl"), "a sealed tool cannot reach the machine below Python"),
    **dict.fromkeys(("dbm", "shelve", "sqlite3"), "a sealed tool has no database; dicts, lists and json hold its data"),
    **dict.fromkeys(("ftplib", "imaplib", "poplib", "select", "selectors", "smtplib", "socket"), _NETWORK),
    **dict.fromkeys(("socketserver", "ssl", "urllib.request", "urllib.error", "http.client", "http.server"), _NETWORK),
    **dict.fromkeys(("webbrowser", "xmlrpc", "http.cookiejar"), _NETWORK),
    **dict.fromkeys(("tempfile", "fileinput", "filecmp"), _FILES),
    "secrets": "a sealed tool has no entropy; random.Random(7) gives the same numbers every time, hmac compares digests",
}
"""What to do without a module that is not there."""
