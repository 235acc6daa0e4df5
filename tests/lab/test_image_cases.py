"""What people have in place of the expected folder: each is read rightly, or refused in one sentence with a remedy."""

from __future__ import annotations

import gzip
import io
import os
import re
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from dltheory.lab.images import ImageDataError, ImageSet, image_folder

CLASSES = ("cat", "dog")
NAMES = [
    f"{part}/{label}/{index}.png"
    for part, many in (("train", 2), ("test", 1))
    for label in CLASSES
    for index in range(many)
]


def grey(name: str) -> int:
    """The grey level of the image ``name``: dogs are lighter, and later ones a little."""
    _, label, file = name.split("/")[-3:]
    return 100 * CLASSES.index(label) + 10 * int(file[0])


def picture(level: int, kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (6, 4), **more: object) -> bytes:
    """An image of one grey level, encoded; ``size`` is (width, height)."""
    content = io.BytesIO()
    Image.new("L", size, level).convert(mode).save(content, kind, **more)
    return content.getvalue()


WHOLE = {name: picture(grey(name)) for name in NAMES}
TRAINING = [0, 10, 100, 110]


def in_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def zipped(path: Path, files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], kind: str = "w:gz") -> Path:
    with tarfile.open(path, kind) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def read(path: Path) -> ImageSet:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return image_folder(path, CLASSES, (4, 6), {"train": 2, "test": 1}, "Pets")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(header: bytes, rest: bytes = b"") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rest


def sixteen_bits(colour: int) -> bytes:
    """A PNG of 6x4 pixels with 16 bits in each of 1 (``colour`` 0) or 3 (2) channels."""
    rows = (b"\x00" + b"\x12\x34" * 6 * (3 if colour else 1)) * 4
    header = struct.pack(">IIBBBBB", 6, 4, 16, colour, 0, 0, 0)
    return png(header, chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def linked(path: Path) -> Path:
    """Both parts are links to folders elsewhere."""
    whole = in_folder(path / "elsewhere", WHOLE)
    (path / "set").mkdir()
    for part in ("train", "test"):
        (path / "set" / part).symlink_to(whole / part)
    return path / "set"


def with_links_to_files(path: Path) -> Path:
    whole = in_folder(path / "elsewhere", WHOLE)
    for name in NAMES:
        place = path / "set" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(whole / name)
    return path / "set"


def hard_links_in_a_tar(path: Path) -> Path:
    """The first training image of cats, once more as a hard link and once as a symbolic one."""
    with tarfile.open(path / "set.tar", "w") as archive:
        for name in NAMES:
            member = tarfile.TarInfo(name)
            if name == "train/cat/1.png":
                member.type, member.linkname = tarfile.LNKTYPE, "train/cat/0.png"
                archive.addfile(member)
            elif name == "train/dog/1.png":
                member.type, member.linkname = tarfile.SYMTYPE, "0.png"
                archive.addfile(member)
            else:
                member.size = len(WHOLE[name])
                archive.addfile(member, io.BytesIO(WHOLE[name]))
    return path / "set.tar"


def of_a_mac(path: Path) -> Path:
    litter = {
        f"__MACOSX/pets/{name.rpartition('/')[0]}/._{name[-5:]}": b"\x00\x05\x16\x07" + bytes(160) for name in NAMES
    }
    litter |= {"pets/.DS_Store": b"\x00\x00\x00\x01Bud1", "pets/train/cat/.DS_Store": b"Bud1"}
    return zipped(path / "pets.zip", {f"pets/{name}": content for name, content in WHOLE.items()} | litter)


def of_windows(path: Path) -> Path:
    """Backslashes between folders, as some programs write them, and what Windows leaves in folders."""
    archive = zipped(path / "set.zip", {})
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in (
            {f"pets/{name}": content for name, content in WHOLE.items()} | {"pets/train/Thumbs.db": b"x"}
        ).items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name.replace("/", "\\")
            file.writestr(entry, content)
    return archive


READ: dict[str, tuple[Callable[[Path], Path], str, list[int]]] = {
    "links to folders": (linked, "Pets", TRAINING),
    "links to files": (with_links_to_files, "Pets", TRAINING),
    "links within a tar": (hard_links_in_a_tar, "Pets", [0, 0, 100, 100]),
    "a Mac's zip": (of_a_mac, "Pets", TRAINING),
    "a zip of Windows": (of_windows, "Pets", TRAINING),
    "a zip with bzip2": (lambda path: zipped(path / "a.zip", WHOLE, zipfile.ZIP_BZIP2), "Pets", TRAINING),
    "a zip with LZMA": (lambda path: zipped(path / "a.zip", WHOLE, zipfile.ZIP_LZMA), "Pets", TRAINING),
    "a zip called .dat": (lambda path: zipped(path / "a.dat", WHOLE), "Pets", TRAINING),
    "a tar called .zip": (lambda path: tarred(path / "a.zip", WHOLE), "Pets", TRAINING),
    "a plain tar": (lambda path: tarred(path / "a.tar", WHOLE, "w"), "Pets", TRAINING),
    "a tar.bz2": (lambda path: tarred(path / "a.tar.bz2", WHOLE, "w:bz2"), "Pets", TRAINING),
    "train within train": (
        lambda path: in_folder(path, {f"{n.split('/')[0]}/{n}": c for n, c in WHOLE.items()}),
        "Pets",
        TRAINING,
    ),
    "no suffixes": (
        lambda path: in_folder(path, {name[:-4]: content for name, content in WHOLE.items()}),
        "Pets",
        TRAINING,
    ),
    "PNG called .jpg": (lambda path: in_folder(path, {f"{n[:-4]}.jpg": c for n, c in WHOLE.items()}), "Pets", TRAINING),
    "JPEG called .png": (
        lambda path: in_folder(path, {name: picture(grey(name), "JPEG") for name in NAMES}),
        "Pets (JPEG)",
        TRAINING,
    ),
    "one JPEG among PNG": (
        lambda path: in_folder(path, WHOLE | {NAMES[0]: picture(0, "JPEG")}),
        "Pets (JPEG)",
        TRAINING,
    ),
    "grey, palette, opaque and two-coloured": (
        lambda path: in_folder(
            path,
            {
                "train/cat/0.png": picture(0, mode="1"),
                "train/cat/1.png": picture(10, mode="P"),
                "train/dog/0.png": picture(100, mode="RGBA"),
                "train/dog/1.png": picture(110, mode="L"),
                "test/cat/0.png": picture(0, mode="LA"),
                "test/dog/0.bmp": picture(100, "BMP"),
            },
        ),
        "Pets",
        TRAINING,
    ),
    "a note beside the images": (
        lambda path: in_folder(path, WHOLE | {"README.txt": b"Pets.", "train/labels.csv": b"a"}),
        "Pets",
        TRAINING,
    ),
    "suffixes in capitals": (
        lambda path: in_folder(path, {f"{n[:-4]}.PNG": c for n, c in WHOLE.items()}),
        "Pets",
        TRAINING,
    ),
}


@pytest.mark.parametrize("case", READ)
def test_it_is_read_as_the_plain_folder_is(case: str, tmp_path: Path) -> None:
    build, name, levels = READ[case]
    found = read(build(tmp_path))
    assert found.name == name
    assert found.train_labels.tolist() == [0, 0, 1, 1]
    assert found.train_images.shape == (4, 3, 4, 6)
    assert torch.equal(found.train_images * 255, torch.tensor(levels).float()[:, None, None, None].expand(4, 3, 4, 6))


def changed(name: str, content: bytes) -> Callable[[Path], Path]:
    """The whole set in a folder with one file more or another."""
    return lambda path: in_folder(path / "set", WHOLE | {name: content})


def with_bits(position: int, bits: int, kind: int | None = None) -> Callable[[Path], Path]:
    """A zip whose first entry's flags (or compression) are others, in both places where a zip says so."""

    def build(path: Path) -> Path:
        archive = zipped(path / "set.zip", WHOLE)
        content = bytearray(archive.read_bytes())
        central = content.index(b"PK\x01\x02")
        for start in (0, central + 2):
            at = start + position
            content[at : at + 2] = struct.pack("<H", bits)
        archive.write_bytes(content)
        return archive

    return build


def twice_in_a_zip(path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path / "set.zip", "w") as archive:
            for name, content in [*WHOLE.items(), (NAMES[0], picture(7))]:
                archive.writestr(name, content)
    return path / "set.zip"


def twice_in_a_tar(path: Path) -> Path:
    tarred(path / "set.tar", WHOLE, "w")
    with tarfile.open(path / "set.tar", "a") as archive:
        member = tarfile.TarInfo(NAMES[0])
        archive.addfile(member, io.BytesIO())
    return path / "set.tar"


def a_link_in_a_zip(path: Path) -> Path:
    with zipfile.ZipFile(zipped(path / "set.zip", WHOLE), "a") as archive:
        entry = zipfile.ZipInfo("train/cat/2.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "0.png")
    return path / "set.zip"


def a_linked_folder_in_a_tar(path: Path) -> Path:
    with tarfile.open(path / "set.tar", "w") as archive:
        member = tarfile.TarInfo("train")
        member.type, member.linkname = tarfile.SYMTYPE, "elsewhere/train"
        archive.addfile(member)
    return path / "set.tar"


def a_link_that_leads_nowhere_in_a_tar(path: Path) -> Path:
    with tarfile.open(tarred(path / "set.tar", WHOLE, "w"), "a") as archive:
        member = tarfile.TarInfo("train/cat/2.png")
        member.type, member.linkname = tarfile.SYMTYPE, "gone.png"
        archive.addfile(member)
    return path / "set.tar"


def a_link_to_itself_in_a_tar(path: Path) -> Path:
    with tarfile.open(tarred(path / "set.tar", WHOLE, "w"), "a") as archive:
        member = tarfile.TarInfo("train/cat/2.png")
        member.type, member.linkname = tarfile.SYMTYPE, "2.png"
        archive.addfile(member)
    return path / "set.tar"


def links_in_a_ring(path: Path) -> Path:
    folder = in_folder(path / "set", WHOLE)
    (folder / "train" / "again").symlink_to(folder)
    return folder


def one_folder_for_both_parts(path: Path) -> Path:
    folder = in_folder(path / "set", {name: content for name, content in WHOLE.items() if name.startswith("train")})
    (folder / "test").symlink_to("train")
    return folder


def a_dangling_link(path: Path) -> Path:
    folder = in_folder(path / "set", WHOLE)
    (folder / "train" / "cat" / "2.png").symlink_to("gone.png")
    return folder


def a_pipe(path: Path) -> Path:
    os.mkfifo(in_folder(path / "set", WHOLE) / "train" / "cat" / "2.png")
    return path / "set"


def a_pipe_instead(path: Path) -> Path:
    os.mkfifo(path / "set.tar")
    return path / "set.tar"


def alone(name: str, content: bytes) -> Callable[[Path], Path]:
    def build(path: Path) -> Path:
        (path / name).write_bytes(content)
        return path / name

    return build


def damaged(build: Callable[[Path], Path], position: int) -> Callable[[Path], Path]:
    """One byte changed."""

    def spoilt(path: Path) -> Path:
        file = build(path)
        content = bytearray(file.read_bytes())
        content[position] ^= 0xFF
        file.write_bytes(content)
        return file

    return spoilt


def cut(path: Path, share: float = 0.7) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


def odd_name(path: Path) -> Path:
    """A name that is no UTF-8."""
    folder = in_folder(path / "set", WHOLE)
    with open(os.fsencode(folder) + b"/train/cat/\xff.png", "wb") as file:
        file.write(b"no image")
    return folder


def transparent() -> bytes:
    content = io.BytesIO()
    Image.new("RGBA", (6, 4), (9, 9, 9, 128)).save(content, "PNG")
    return content.getvalue()


def animated() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (6, 4)).save(content, "PNG", save_all=True, append_images=[Image.new("RGB", (6, 4), (9, 9, 9))])
    return content.getvalue()


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
BOMB = png(struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0), chunk(b"IDAT", zlib.compress(bytes(10_000))))
REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an encrypted zip": (with_bits(6, 1), r"set\.zip: train/cat/0\.png is encrypted; unpack .* and name the folder"),
    "a zip with AES": (with_bits(8, 99), r"set\.zip: train/cat/0\.png is encrypted \(AES\); unpack"),
    "a zip with Deflate64": (
        with_bits(8, 9),
        r"train/cat/0\.png is packed by Deflate64, which is not read here; unpack",
    ),
    "a zip with method 77": (
        with_bits(8, 77),
        r"train/cat/0\.png is packed by method 77, which is not read here; unpack",
    ),
    "a zip cut short": (
        lambda path: cut(zipped(path / "set.zip", WHOLE)),
        r"set\.zip is a zip archive that is damaged or cut short .*; get it again",
    ),
    "a damaged zip": (
        damaged(lambda path: zipped(path / "set.zip", WHOLE), 60),
        r"set\.zip: train/cat/0\.png .*damaged.*; get it again",
    ),
    "a tar.gz cut short": (
        lambda path: cut(tarred(path / "set.tgz", WHOLE)),
        r"set\.tgz is a tar archive that is damaged or cut short .*; get it again",
    ),
    "a plain tar cut short": (
        lambda path: cut(tarred(path / "set.tar", WHOLE, "w"), 0.45),
        r"set\.tar is a tar archive that is damaged or cut short .*; get it again",
    ),
    "a damaged tar.xz": (
        damaged(lambda path: tarred(path / "set.txz", WHOLE, "w:xz"), 60),
        r"set\.txz is a tar archive that is damaged or cut short",
    ),
    "a damaged tar.bz2": (
        damaged(lambda path: tarred(path / "set.tbz", WHOLE, "w:bz2"), 60),
        r"set\.tbz is a tar archive that is damaged or cut short",
    ),
    "gzip without a tar": (
        alone("set.gz", gzip.compress(b"labels")),
        r"set\.gz is a tar archive that is damaged or cut short",
    ),
    "7z": (
        alone("set.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99)),
        r"set\.7z is a 7z archive, which is not read here; unpack it and name the folder",
    ),
    "rar": (
        alone("set.rar", b"Rar!\x1a\x07\x01\x00" + bytes(99)),
        r"set\.rar is a RAR archive, which is not read here; unpack",
    ),
    "zstd": (
        alone("set.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(99)),
        r"is packed by Zstandard, which is not read here; unpack",
    ),
    "Parquet": (alone("set.parquet", b"PAR1" + bytes(99)), r"set\.parquet is a Parquet table, which is not read here"),
    "HDF5": (alone("set.h5", b"\x89HDF\r\n\x1a\n" + bytes(99)), r"set\.h5 is an HDF5 file, which is not read here"),
    "an HTML page": (
        alone("set.zip", b"\n<!DOCTYPE html><html>Sign in</html>"),
        r"set\.zip is a web page, not .*; open its address in a browser",
    ),
    "a Git LFS pointer": (
        alone("set.zip", POINTER),
        r"set\.zip is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
    ),
    "an empty file": (alone("set.zip", b""), r"set\.zip is empty; get it again"),
    "one image": (
        alone("cat.png", WHOLE[NAMES[0]]),
        r"cat\.png is one image; name the folder that holds train/ and test/",
    ),
    "a text": (alone("set.tar", b"not an archive"), r"set\.tar is neither a folder nor a tar or zip archive"),
    "a pipe in place of an archive": (a_pipe_instead, r"set\.tar is neither a file nor a folder"),
    "a name that is too long": (lambda path: path / ("x" * 300), r"x cannot be read: File name too long"),
    "nothing": (lambda path: path / "gone", r"gone does not exist; it should be a folder or an archive of images"),
    "an empty folder": (
        lambda path: path,
        r"has no images in train/cat; it should hold train/CLASS/\* and test/CLASS/\*",
    ),
    "an archive in the folder": (
        lambda path: zipped(path / "set.zip", WHOLE).parent,
        r"has no images .*, but set\.zip; name that, or unpack it",
    ),
    "a zip in a zip": (
        lambda path: zipped(path / "outer.zip", {"in/set.zip": zipped(path / "s", WHOLE).read_bytes()}),
        r"outer\.zip has no images .*, but in/set\.zip; name that, or unpack it",
    ),
    "a name twice in a zip": (twice_in_a_zip, r"set\.zip holds train/cat/0\.png twice; pack it anew"),
    "a name twice in a tar": (twice_in_a_tar, r"set\.tar holds train/cat/0\.png twice; pack it anew"),
    "two sets": (
        lambda path: in_folder(path, {f"{top}/{n}": c for top in "ab" for n, c in WHOLE.items()}),
        r"holds two sets, in a and in b; name one of them",
    ),
    "a link in a zip": (a_link_in_a_zip, r"set\.zip: train/cat/2\.png is a link; unpack"),
    "a linked folder in a tar": (
        a_linked_folder_in_a_tar,
        r"set\.tar: train is a link to elsewhere/train; unpack it and name the folder",
    ),
    "a link to nowhere in a tar": (
        a_link_that_leads_nowhere_in_a_tar,
        r"set\.tar: train/cat/2\.png is a link to gone\.png, which is not there",
    ),
    "a link to itself in a tar": (a_link_to_itself_in_a_tar, r"set\.tar: train/cat/2\.png is a link"),
    "links in a ring": (links_in_a_ring, r"train/again is the same folder as .* \(a link\); remove one of the two"),
    "one folder for both parts": (
        one_folder_for_both_parts,
        r"(train is the same folder as test|test is the same folder as train) \(a link\); remove one",
    ),
    "a dangling link": (a_dangling_link, r"train/cat/2\.png is a link to nothing; remove it or put the file there"),
    "a pipe among images": (a_pipe, r"train/cat/2\.png is no ordinary file; remove it"),
    "16 bits, grey": (
        changed(NAMES[0], sixteen_bits(0)),
        r"train/cat/0\.png has 16 bits a channel, expected 8; convert it",
    ),
    "16 bits, colours": (
        changed(NAMES[0], sixteen_bits(2)),
        r"train/cat/0\.png has 16 bits a channel, expected 8; convert it",
    ),
    "a transparent image": (
        changed(NAMES[0], transparent()),
        r"train/cat/0\.png is transparent in places; .*without transparency",
    ),
    "a GIF": (
        changed("train/cat/0.png", picture(0, "GIF")),
        r"train/cat/0\.png is a GIF, which is not read here; convert it to PNG",
    ),
    "a WebP": (
        changed("train/cat/0.png", picture(0, "WEBP")),
        r"train/cat/0\.png is a WebP image, which is not read here; convert it to PNG",
    ),
    "a TIFF": (
        changed("train/cat/0.png", picture(0, "TIFF")),
        r"train/cat/0\.png is a TIFF, which is not read here; convert it to PNG",
    ),
    "an animation": (changed(NAMES[0], animated()), r"train/cat/0\.png holds 2 images, expected one"),
    "a pointer among images": (
        changed(NAMES[0], POINTER),
        r"train/cat/0\.png is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
    ),
    "a page among images": (changed(NAMES[0], b"<html>404</html>"), r"train/cat/0\.png is a web page"),
    "a text among images": (
        changed("train/cat/notes.txt", b"These are cats."),
        r"train/cat/notes\.txt is no PNG, JPEG or BMP image; remove it",
    ),
    "an empty image": (changed(NAMES[0], b""), r"train/cat/0\.png is empty; get it again"),
    "an image cut short": (
        changed(NAMES[0], WHOLE[NAMES[0]][:50]),
        r"train/cat/0\.png is damaged or cut short .*; get it again",
    ),
    "a JPEG cut short": (
        changed(NAMES[0], picture(0, "JPEG")[:-20]),
        r"train/cat/0\.png is damaged or cut short; get it again",
    ),
    "a broken PNG": (
        changed(NAMES[0], WHOLE[NAMES[0]].replace(b"IDAT", b"IDAX", 1)),
        r"train/cat/0\.png is damaged or cut short; get it again",
    ),
    "a wrong checksum": (
        changed(NAMES[0], WHOLE[NAMES[0]][:29] + b"\0\0\0\0" + WHOLE[NAMES[0]][33:]),
        r"train/cat/0\.png is damaged or cut short",
    ),
    "a short header": (
        changed(NAMES[0], png(b"\0\0\0\6")),
        r"train/cat/0\.png is damaged or cut short .*; get it again",
    ),
    "a bomb": (changed(NAMES[0], BOMB), r"train/cat/0\.png has far too many pixels; expected 6x4"),
    "an image of no pixels": (
        changed(NAMES[0], png(struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0))),
        r"train/cat/0\.png (is 0x0 pixels|is damaged)",
    ),
    "another size": (changed(NAMES[0], picture(0, size=(5, 5))), r"train/cat/0\.png is 5x5 pixels; expected 6x4"),
    "images in no class": (
        lambda path: in_folder(path, {f"train/{i}.png": WHOLE[NAMES[0]] for i in range(3)}),
        r"train/0\.png lies outside train/CLASS/ and test/CLASS/; ",
    ),
    "class folders at the top": (
        lambda path: in_folder(path, {n.partition("/")[2]: c for n, c in WHOLE.items()}),
        r"cat/0\.png lies outside train/CLASS/ and test/CLASS/; ",
    ),
    "val in place of test": (
        lambda path: in_folder(path, {n.replace("test/", "val/"): c for n, c in WHOLE.items()}),
        r"val/cat/0\.png lies outside train/CLASS/ and test/CLASS/; ",
    ),
    "capitals": (
        lambda path: in_folder(path, {n.replace("train/", "Train/"): c for n, c in WHOLE.items()}),
        r"Train/cat/0\.png lies outside train/CLASS/ and test/CLASS/; ",
    ),
    "another class": (
        lambda path: in_folder(path, {n.replace("dog", "hound"): c for n, c in WHOLE.items()}),
        r"is in class 'hound'; the classes are cat, dog, so rename",
    ),
    "an image too many": (
        changed("train/cat/0 (copy).png", WHOLE[NAMES[0]]),
        r"has 3 images in train/cat, expected 2; ",
    ),
    "an image too few": (
        lambda path: in_folder(path, {n: c for n, c in WHOLE.items() if n != NAMES[0]}),
        r"has 1 image in train/cat, expected 2; ",
    ),
    "a name with an escape": (changed("train/c\x1b[31mat/0.png", b"x"), r"train/c\\x1b\[31mat/0\.png is in class"),
    "a name that is no text": (lambda path: odd_name(path), r"train/cat/\\udcff\.png is no PNG"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_in_one_sentence_that_says_what_to_do(case: str, tmp_path: Path) -> None:
    build, said = REFUSED[case]
    path = build(tmp_path)
    with pytest.raises(ImageDataError) as caught:
        read(path)
    message = str(caught.value)
    assert re.search(said, message), message
    assert "\n" not in message
    assert message.isprintable()
    assert not re.search(r"object at 0x|Error\b|Errno", message), message
