"""The files of a folder or an archive, in whatever form people have it; what cannot be read is said in one sentence."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

#: No image and no batch of images is as large as this many bytes; what claims to be is not read into memory.
LARGEST = 2**26
#: What systems leave in folders and archives for themselves.
_LITTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}
#: How files begin that people have in place of an archive or an image, and what is to be said of them.
_UNPACK, _CONVERT = "which is not read here; unpack it and name the folder", "which is not read here; convert it to PNG"
_BEGINNINGS = {
    b"7z\xbc\xaf\x27\x1c": f"a 7z archive, {_UNPACK}",
    b"Rar!": f"a RAR archive, {_UNPACK}",
    b"\x28\xb5\x2f\xfd": f"packed by Zstandard, {_UNPACK}",
    b"\x1f\x9d": f"packed by compress, {_UNPACK}",
    b"PAR1": "a Parquet table, which is not read here; get the images or the official batches",
    b"\x89HDF": "an HDF5 file, which is not read here; get the images or the official batches",
    b"\x93NUMPY": "a NumPy array, which is not read here; get the images or the official batches",
    b"version https://git-lfs": "a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
    b"GIF8": f"a GIF, {_CONVERT}",
    b"II*\0": f"a TIFF, {_CONVERT}",
    b"MM\0*": f"a TIFF, {_CONVERT}",
    b"RIFF": f"a WebP image, {_CONVERT}",
}
_WEB_PAGE = "a web page, not what was asked for; open its address in a browser to see why, and get it again"
_PACKED = {9: "Deflate64", 93: "Zstandard", 98: "PPMd"}
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"BM")


class ImageDataError(ValueError):
    """The images cannot be used; the message says which file is the matter, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        # names of files may hold anything, and the message goes to a terminal
        super().__init__("".join(each if each.isprintable() else ascii(each)[1:-1] for each in message))


@dataclass(frozen=True)
class Entry:
    """One file: its name below the folder or in the archive, and what reads it. Raises ImageDataError."""

    name: PurePosixPath
    read: Callable[[], bytes]


def entries(path: Path) -> Iterator[Entry]:
    """Every file of a folder or of a tar or zip archive, but for what systems leave there for themselves.

    Links are followed in folders, and in a tar where they lead to files in it. Raises :class:`ImageDataError`.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind == stat.S_IFDIR:
            found = _of_folder(path)
        elif kind == stat.S_IFREG:
            found = _of_archive(path)
        else:
            raise ImageDataError(f"{path} is neither a file nor a folder; name a folder or an archive of images")
    except FileNotFoundError:
        raise ImageDataError(f"{path} does not exist; it should be a folder or an archive of images") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ImageDataError):
            raise
        raise ImageDataError(f"{path} cannot be read: {_reason(error)}; name a folder or an archive") from error
    for entry in found:
        if not any(part in _LITTER or part.startswith(".") for part in entry.name.parts):
            yield entry


def told(content: bytes) -> str | None:
    """What a file is that is no archive and no image of a kind that is read, and what to do; ``None`` if unknown."""
    if not content:
        return "empty; get it again"
    for beginning, sentence in _BEGINNINGS.items():
        if content.startswith(beginning):
            return sentence
    if content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return _WEB_PAGE
    return None


def _reason(error: BaseException) -> str:
    """What an exception says, in one line and without the names of Python's objects."""
    said = str(getattr(error, "strerror", None) or error or type(error).__name__)
    return " ".join(said.split()).partition(" <_io")[0]


def _of_folder(path: Path) -> Iterator[Entry]:
    """Every file below ``path``, but for folders reached in two ways: their images would count twice."""
    seen: dict[tuple[int, int], str] = {}

    def refuse(error: OSError) -> None:
        raise ImageDataError(f"{error.filename} cannot be read: {_reason(error)}; change its permissions") from error

    for above, folders, files in os.walk(path, onerror=refuse, followlinks=True):
        folders[:] = sorted(name for name in folders if name not in _LITTER and not name.startswith("."))
        here, at = Path(above).relative_to(path).as_posix(), os.stat(above)
        if (known := seen.setdefault((at.st_dev, at.st_ino), here)) != here:
            same = "the one that was named" if known == "." else known
            raise ImageDataError(f"{path}: {here} is the same folder as {same} (a link); remove one of the two")
        for name in sorted(files):
            yield Entry(PurePosixPath(here, name), _reader(Path(above, name), path))


def _reader(file: Path, path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        shown = f"{path}: {file.relative_to(path).as_posix()}"
        try:
            found = file.stat()
            if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
                raise ImageDataError(f"{shown} is no ordinary file; remove it")
            _check_size(shown, found.st_size)
            return file.read_bytes()
        except OSError as error:
            if file.is_symlink() and not file.exists():
                raise ImageDataError(f"{shown} is a link to nothing; remove it or put the file there") from error
            raise ImageDataError(f"{shown} cannot be read: {_reason(error)}; change its permissions") from error

    return read


def _check_size(shown: str, size: int) -> None:
    if size > LARGEST:
        raise ImageDataError(f"{shown} has {size} bytes, which is no small image; remove it")


def _of_archive(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        beginning = file.read(512)
    packed = beginning.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"))
    if beginning[257:262] == b"ustar" or (packed and not told(beginning)):
        return _of_tar(path)
    if beginning.startswith(b"PK") or zipfile.is_zipfile(path):
        return _of_zip(path)
    if beginning.startswith(_IMAGES):
        raise ImageDataError(f"{path} is one image; name the folder that holds train/ and test/")
    if sentence := told(beginning):
        raise ImageDataError(f"{path} is {sentence}")
    if tarfile.is_tarfile(path):  # those of before 1988 do not say so at their beginning
        return _of_tar(path)
    raise ImageDataError(f"{path} is neither a folder nor a tar or zip archive; name one that holds the images")


def _damaged(path: Path, kind: str, error: Exception) -> ImageDataError:
    reason = _reason(error) if "\n" not in str(error) and "read" not in type(error).__name__.lower() else "no archive"
    return ImageDataError(f"{path} is a {kind} archive that is damaged or cut short ({reason}); get it again")


def _of_tar(path: Path) -> Iterator[Entry]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                if member.issym() and name.suffix == "":
                    raise ImageDataError(
                        f"{path}: {name} is a link to {member.linkname}; unpack it and name the folder"
                    )
                if member.isfile() or member.islnk() or member.issym():
                    yield Entry(name, _member_reader(archive, member, path))
    except ImageDataError:
        raise
    except Exception as error:  # bytes that are no archive make the reader stumble in any way
        raise _damaged(path, "tar", error) from error


def _member_reader(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        shown = f"{path}: {member.name}"
        _check_size(shown, member.size)
        try:
            opened = archive.extractfile(member)
            return opened.read(LARGEST + 1) if opened else b""
        except (KeyError, RecursionError) as error:
            raise ImageDataError(
                f"{shown} is a link to {member.linkname}, which is not there; pack the files themselves"
            ) from error
        except Exception as error:
            raise _damaged(path, "tar", error) from error

    return read


def _of_zip(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                # some programs of Windows write backslashes
                name = entry.filename if "/" in entry.filename else entry.filename.replace("\\", "/")
                if not name.endswith("/"):
                    yield Entry(PurePosixPath(name), _entry_reader(archive, entry, f"{path}: {name}"))
    except ImageDataError:
        raise
    except Exception as error:  # as above
        raise _damaged(path, "zip", error) from error


def _entry_reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str) -> Callable[[], bytes]:
    def read() -> bytes:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ImageDataError(f"{shown} is a link; unpack the archive and name the folder")
        if entry.flag_bits & 1 or entry.compress_type == 99:
            how = " (AES)" if entry.compress_type == 99 else ""
            raise ImageDataError(f"{shown} is encrypted{how}; unpack the archive with its password and name the folder")
        _check_size(shown, entry.file_size)
        try:
            return archive.read(entry)
        except NotImplementedError as error:
            how = _PACKED.get(entry.compress_type, f"method {entry.compress_type}")
            raise ImageDataError(f"{shown} is packed by {how}, {_UNPACK}") from error
        except Exception as error:  # as above
            raise ImageDataError(f"{shown} is damaged or cut short ({_reason(error)}); get it again") from error

    return read
