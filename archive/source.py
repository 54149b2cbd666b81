"""Where the bytes of an archive come from: a path, memory, a file object, or a URL. SPEC 2.8."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from _thread import allocate_lock  # threading itself takes long to import
from typing import TYPE_CHECKING, Any, BinaryIO, Union

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO]


if TYPE_CHECKING:  # making such a class takes long
    from typing import Protocol

    class Bytes(Protocol):
        """Random access to the bytes of an archive.

        `size` is their number. `local` says that a read costs no round trip, `mapped` that
        views are no copies, so that what was checked once stays checked. `name` is for messages.
        """

        size: int
        local: bool
        mapped: bool
        name: str

        def read(self, offset: int, size: int) -> bytes | memoryview:
            """Exactly these bytes, or fewer where the file ends."""

        def view(self, offset: int, size: int) -> memoryview:
            """The same, read-only and without a copy where that is possible."""

        def close(self) -> None:
            """Let go of the file; views that were handed out stay valid."""


class PathBytes:
    """A file: headers are read, tensors are mapped when they are first asked for."""

    __slots__ = ("size", "local", "mapped", "name", "_fd", "_map", "_lock")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.name = os.fspath(path)
        self._fd = os.open(self.name, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        status = os.fstat(self._fd)
        if stat.S_ISDIR(status.st_mode):
            os.close(self._fd)
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), self.name)
        self.size = status.st_size
        self.local = True
        self.mapped = True
        self._map: mmap.mmap | None = None
        self._lock = allocate_lock()

    def read(self, offset: int, size: int) -> bytes | memoryview:
        if not hasattr(os, "pread"):
            return self.view(offset, size)
        data = os.pread(self._fd, size, offset)
        while len(data) < size:
            more = os.pread(self._fd, size - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def view(self, offset: int, size: int) -> memoryview:
        if not size:
            return memoryview(b"")
        with self._lock:
            if self._map is None:
                self._map = mmap.mmap(self._fd, self.size, access=mmap.ACCESS_READ)
            return memoryview(self._map)[offset : offset + size]

    def close(self) -> None:
        with self._lock:
            self._map = None  # unmapped when the last array that looks into it is gone
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1


class MemoryBytes:
    """Bytes that are in memory already; not copied."""

    __slots__ = ("size", "local", "mapped", "name", "_data")

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._data = memoryview(data).cast("B").toreadonly()
        self.size = len(self._data)
        self.local = True
        self.mapped = True
        self.name = "<bytes>"

    def read(self, offset: int, size: int) -> bytes | memoryview:
        return self._data[offset : offset + size]

    def view(self, offset: int, size: int) -> memoryview:
        return self._data[offset : offset + size]

    def close(self) -> None:
        pass


class FileBytes:
    """A seekable file object, which stays open and is the caller's to close."""

    __slots__ = ("size", "local", "mapped", "name", "_file", "_lock")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = allocate_lock()
        self.size = file.seek(0, os.SEEK_END)
        self.local = True
        self.mapped = False
        self.name = str(getattr(file, "name", "<file>"))

    def read(self, offset: int, size: int) -> bytes | memoryview:
        parts = []
        with self._lock:
            self._file.seek(offset)
            while size > 0 and (part := self._file.read(size)):
                parts.append(part)
                size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def view(self, offset: int, size: int) -> memoryview:
        return memoryview(self.read(offset, size)).toreadonly()

    def close(self) -> None:
        pass


class UrlBytes:
    """Any URL that fsspec (an extra) opens, read in ranges."""

    __slots__ = ("size", "local", "mapped", "name", "_fs", "_path")

    def __init__(self, url: str) -> None:
        try:
            import fsspec
        except ImportError:
            raise ImportError(f"{url}: URLs are read with fsspec: pip install 'tracebox[fsspec]'") from None
        self.name = url
        self._fs: Any
        try:
            self._fs, self._path = fsspec.core.url_to_fs(url)
        except ValueError as error:  # a protocol that fsspec does not know
            raise OSError(f"{url}: {error}") from None
        try:
            self.size = int(self._fs.size(self._path))
        except FileNotFoundError:  # whose texts differ by protocol
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), url) from None
        self.local = False
        self.mapped = False

    def read(self, offset: int, size: int) -> bytes | memoryview:
        end = min(offset + size, self.size)
        return bytes(self._fs.cat_file(self._path, start=offset, end=end)) if end > offset else b""

    def view(self, offset: int, size: int) -> memoryview:
        return memoryview(self.read(offset, size)).toreadonly()

    def close(self) -> None:
        pass


def open_source(source: Source) -> Bytes:
    """Find out what kind of source this is.

    Raises
    ------
    TypeError
        Neither a path, nor bytes, nor a seekable file object.
    """
    if isinstance(source, str) and "://" in source:
        return UrlBytes(source)
    if isinstance(source, (str, os.PathLike)):
        return PathBytes(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return MemoryBytes(source)
    if hasattr(source, "read") and hasattr(source, "seek"):
        return FileBytes(source)
    raise TypeError(f"an archive cannot be read from a {type(source).__name__}")
