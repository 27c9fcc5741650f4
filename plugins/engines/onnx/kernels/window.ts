import type { Value, Windows } from '../graph.js';
import { sizeOf } from '../graph.js';
import type { Operators } from '../operators.js';

/** Padding per side that makes every window fit; negative where the last rows or columns are in no window. */
export function padding(w: Windows): { top: number; left: number; bottom: number; right: number } {
  const { top, left } = w.padInfo;
  return {
    top,
    left,
    bottom: (w.outHeight - 1) * w.strideHeight + w.effectiveFilterHeight - top - w.inHeight,
    right: (w.outWidth - 1) * w.strideWidth + w.effectiveFilterWidth - left - w.inWidth,
  };
}

/** The ONNX attributes of the same windows over `[n,c,h,w]`. */
export function attributesOf(w: Windows) {
  const { top, left, bottom, right } = padding(w);
  return {
    kernel_shape: [w.filterHeight, w.filterWidth],
    strides: [w.strideHeight, w.strideWidth],
    dilations: [w.dilationHeight, w.dilationWidth],
    pads: [top, left, Math.max(0, bottom), Math.max(0, right)],
  };
}

/** True if the windows tile the image: none overlaps, none reaches over the edge. */
export function tiles(w: Windows): boolean {
  const { top, left, bottom, right } = padding(w);
  return (
    Math.max(top, left, bottom, right) <= 0 &&
    w.strideHeight === w.filterHeight &&
    w.strideWidth === w.filterWidth &&
    w.dilationHeight === 1 &&
    w.dilationWidth === 1
  );
}

export const toNCHW = (o: Operators, x: Value): Value => o.transpose(x, [0, 3, 1, 2]);
export const toNHWC = (o: Operators, x: Value): Value => o.transpose(x, [0, 2, 3, 1]);

/** Pads `[n,h,w,c]` with zeros so that every window fits. */
export function padImage(o: Operators, x: Value, w: Windows): Value {
  const { top, left, bottom, right } = padding(w);
  if (Math.max(top, left, bottom, right) <= 0) return x;
  return o.pad(x, [0, top, left, 0], [0, Math.max(0, bottom), Math.max(0, right), 0]);
}

/** What each position of the window sees, row by row: filterHeight · filterWidth times `[n,outHeight,outWidth,c]`. */
export function views(o: Operators, x: Value, w: Windows): Value[] {
  const padded = padImage(o, x, w);
  return Array.from({ length: w.filterHeight * w.filterWidth }, (_, i) => {
    const row = Math.floor(i / w.filterWidth) * w.dilationHeight;
    const column = (i % w.filterWidth) * w.dilationWidth;
    const count = [w.batchSize, w.outHeight, w.outWidth, x.shape[3]];
    return o.slice(padded, [0, row, column, 0], count, [1, w.strideHeight, w.strideWidth, 1]);
  });
}

/** Of a padded image of this width: the number of each pixel that each window sees, window by window. */
export function pixelsSeen(w: Windows, width: number): number[] {
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  return range(w.outHeight).flatMap((y) =>
    range(w.outWidth).flatMap((x) =>
      range(w.filterHeight).flatMap((row) =>
        range(w.filterWidth).map(
          (column) =>
            (y * w.strideHeight + row * w.dilationHeight) * width + x * w.strideWidth + column * w.dilationWidth,
        ),
      ),
    ),
  );
}

/**
 * The adjoint of `views`: puts each part `[n,outHeight,outWidth,c]` back to where its window position saw it, adding where
 * windows overlap. -> `[n,inHeight,inWidth,c]`
 */
export function overlapAdd(o: Operators, parts: readonly Value[], w: Windows): Value {
  const channels = parts[0].shape[3];
  const positions = parts.length;
  const places = w.outHeight * w.outWidth;
  const columns = o.concat(
    parts.map((part) => o.reshape(part, [w.batchSize, places, 1, channels])),
    2,
  ); // [n, places, positions, c]
  const image = o.reshape(o.transpose(columns, [0, 3, 2, 1]), [w.batchSize, channels * positions, places]);
  return toNHWC(o, col2Im(o, image, w));
}

/** Adds columns `[n, c·positions, places]` back into an image `[n,c,inHeight,inWidth]`. */
export function col2Im(o: Operators, columns: Value, w: Windows): Value {
  const { strides, dilations } = attributesOf(w);
  const { top, left, bottom, right } = padding(w);
  // Rows and columns in no window are cut off here and added as zeros below.
  const size = [w.inHeight + Math.min(0, bottom), w.inWidth + Math.min(0, right)];
  const pads = [top, left, Math.max(0, bottom), Math.max(0, right)];
  const image = o.col2Im(columns, size, [w.filterHeight, w.filterWidth], { strides, dilations, pads });
  if (sizeOf(size) === w.inHeight * w.inWidth) return image;
  return o.pad(image, [0, 0, 0, 0], [0, 0, Math.max(0, -bottom), Math.max(0, -right)]);
}
