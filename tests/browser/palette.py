"""Small pictures of pages: 128 colours, packed by zlib. The browser counts the colours, so no library
for pictures is needed."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

# The commonest colours make the palette; every other one becomes the nearest of them.
COUNT = """
async (data) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + data;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  const counts = new Map(), colours = new Uint32Array(pixels.length / 4);
  for (let i = 0; i < colours.length; i++) {
    const colour = (pixels[4 * i] & 252) << 16 | (pixels[4 * i + 1] & 252) << 8 | pixels[4 * i + 2] & 252;
    colours[i] = colour;
    const found = counts.get(colour);
    if (found) found.n++; else counts.set(colour, { n: 1, at: i });
  }
  const chosen = [...counts].sort((a, b) => b[1].n - a[1].n).slice(0, 128);
  const palette = chosen.map(([, { at }]) => [pixels[4 * at], pixels[4 * at + 1], pixels[4 * at + 2]]);
  const nearest = new Map(chosen.map(([colour], i) => [colour, i]));
  const place = (colour, i) => {
    const known = nearest.get(colour);
    if (known !== undefined) return known;
    const r = pixels[4 * i], g = pixels[4 * i + 1], b = pixels[4 * i + 2];
    let best = 0, least = Infinity;
    palette.forEach(([pr, pg, pb], j) => {
      const far = 2 * (pr - r) ** 2 + 4 * (pg - g) ** 2 + (pb - b) ** 2;
      if (far < least) { least = far; best = j; }
    });
    nearest.set(colour, best);
    return best;
  };
  let text = '';
  for (let i = 0; i < colours.length; i++) text += String.fromCharCode(place(colours[i], i));
  return { width: image.width, height: image.height, palette: palette.flat(), pixels: btoa(text) };
}
"""


def shrunk(page: Any, png: bytes) -> bytes:
    """The same picture with at most 128 colours. ``page`` is an empty one that lends its canvas."""
    found = page.evaluate(COUNT, base64.b64encode(png).decode())
    width, height = found["width"], found["height"]
    pixels = base64.b64decode(found["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", bytes(found["palette"])),
             (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
