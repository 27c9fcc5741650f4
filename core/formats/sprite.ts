import { columnDtype, readColumn } from '../plugin/columns.js';
import type { Column } from '../plugin/kinds/dataset.js';
import type { Image } from './png.js';

/** Small images side by side in one: as many a line as there are lines, or one more. */
export interface Sprite extends Image {
  /** Width and height of a small one. */
  readonly tile: readonly [width: number, height: number];
}

/** What the projector takes, pixels a side. */
const largest = 8192;

/** The samples of some rows as a sprite; null where they are not images in bytes, or too large. */
export async function spriteOf(column: Column, rows: Int32Array): Promise<Sprite | null> {
  const { shape } = column;
  const [height, width, channels = 1] = shape;
  const isImage = (shape.length === 2 || shape.length === 3) && (channels === 1 || channels === 3);
  const perLine = Math.ceil(Math.sqrt(rows.length));
  if (!isImage || columnDtype(column) !== 'uint8' || perLine * Math.max(width, height) > largest) return null;

  const data = (await readColumn(column, rows)) as Uint8Array;
  const stride = width * channels;
  const pixels = new Uint8Array(perLine * height * (perLine * stride));
  for (const index of rows.keys()) {
    const top = Math.floor(index / perLine) * height;
    const left = (index % perLine) * stride;
    for (let line = 0; line < height; line++) {
      const start = (index * height + line) * stride;
      pixels.set(data.subarray(start, start + stride), (top + line) * perLine * stride + left);
    }
  }
  return { width: perLine * width, height: perLine * height, channels, pixels, tile: [width, height] };
}
