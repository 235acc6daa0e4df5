"""One image as pixels, or one sentence about what is the matter with it."""

from __future__ import annotations

import io
import warnings

import numpy as np

from dltheory.lab.archives import ImageDataError, told

#: Formats that are read, and whether each keeps every pixel as it was.
EXACT = {"PNG": True, "BMP": True, "JPEG": False, "MPO": False}


def pixels(content: bytes, shown: str, size: tuple[int, int]) -> tuple[np.ndarray, bool]:
    """(height, width, 3), uint8, and whether the format is exact: what the content is decides, not the file's name.

    ``size`` is (height, width), ``shown`` what messages call the image. An image that is transparent, moves, or has 16
    bits a channel has no such pixels without a choice, so it is refused. Raises :class:`ImageDataError`.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if sentence := told(content):
        raise ImageDataError(f"{shown} is {sentence}")
    wanted = (size[1], size[0])
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=("PNG", "BMP", "JPEG")) as image:
            warnings.simplefilter("ignore")  # remarks on odd files; what counts is checked below
            kind, bits = str(image.format), content[24] if image.format == "PNG" else 8
            if image.size not in (wanted, size):  # before anything is unpacked: few bytes can be many pixels
                raise _another_size(shown, image.size, wanted)
            if bits > 8 or image.mode.startswith(("I", "F")):
                raise ImageDataError(f"{shown} has {max(bits, 16)} bits a channel, expected 8; convert it to 8 bits")
            if (count := getattr(image, "n_frames", 1)) > 1 and kind != "MPO":
                raise ImageDataError(f"{shown} holds {count} images, expected one; keep the one that is meant")
            if kind == "PNG":
                with Image.open(io.BytesIO(content)) as same:
                    same.verify()  # every checksum, to the end of the file
            upright = image if EXACT[kind] else ImageOps.exif_transpose(image)
            if image.has_transparency_data and np.asarray(upright.convert("RGBA"))[..., 3].min() < 255:
                raise ImageDataError(f"{shown} is transparent in places; save it without transparency")
            found = np.asarray(upright.convert("RGB"))
    except ImageDataError:
        raise
    except UnidentifiedImageError as error:
        known = content.startswith((b"\x89PNG", b"\xff\xd8", b"BM"))
        fault = "is damaged or cut short; get it again" if known else "is no PNG, JPEG or BMP image; remove it"
        raise ImageDataError(f"{shown} {fault}") from error
    except Exception as error:  # bytes that are no image make the reader stumble in any way
        if isinstance(error, Image.DecompressionBombError):
            raise ImageDataError(f"{shown} has far too many pixels; expected {size[1]}x{size[0]}") from error
        reason = " ".join(str(error).split()).partition(" <_io")[0]
        raise ImageDataError(f"{shown} is damaged or cut short ({reason}); get it again") from error
    if found.shape[:2] != size:
        raise _another_size(shown, found.shape[1::-1], wanted)
    return found, EXACT[kind]


def _another_size(shown: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> ImageDataError:
    told = [f"{width}x{height}" for width, height in (found, wanted)]
    return ImageDataError(f"{shown} is {told[0]} pixels; expected {told[1]}, so scale it or take the original set")
