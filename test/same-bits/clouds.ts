import { defineDataset, type Examples, type Unit } from 'twinspec/plugin';

const classes = 3;
const rowsPerSplit = 60;
const shape = [6, 6, 1];

/** Images of three classes, each of them noise around an image of its own; 57 examples a split, named clouds/pairs and so on. */
export const clouds = (unit: Unit) =>
  defineDataset({
    name: `clouds/${unit}`,
    summary: 'Noise around three images.',
    yields: unit,
    inject: ['random'],
    create: (_options, random) => ({
      load() {
        const { normal } = random.stream('clouds');
        const pixels = shape.reduce((product, length) => product * length, 1);
        const centers = Float32Array.from({ length: classes * pixels }, () => 128 + 48 * normal());
        const labels = Int32Array.from({ length: 3 * rowsPerSplit }, (_, row) => row % classes);
        const data = Uint8ClampedArray.from(
          { length: labels.length * pixels },
          (_, index) => centers[index % centers.length] + 40 * normal(),
        );
        return Promise.resolve({
          samples: { image: { shape, data: new Uint8Array(data), scale: 1 / 255 } },
          labels,
          train: examples(unit, 0),
          validation: examples(unit, rowsPerSplit),
          test: examples(unit, 2 * rowsPerSplit),
        });
      },
    }),
  });

/** Rows of one class are three apart. */
function examples(unit: Unit, start: number): Examples {
  const rows = Int32Array.from({ length: rowsPerSplit - 3 }, (_, index) => start + index);
  if (unit === 'rows') return { unit, rows };
  if (unit === 'triplets') {
    return { unit, anchor: rows, positive: rows.map((row) => row + 3), negative: rows.map((row) => row + 1) };
  }
  return {
    unit,
    left: rows,
    right: rows.map((row, index) => row + (index % 2 === 0 ? 3 : 1)),
    same: Float32Array.from(rows, (_, index) => 1 - (index % 2)),
  };
}
