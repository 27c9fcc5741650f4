import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensor } from '../plugin/tensors.js';
import { writePng } from '../formats/png.js';
import type { Sprite } from '../formats/sprite.js';
import { storageError, writeAtomically } from './storage.js';

/** Embedded samples for TensorBoard's projector. */
export interface Projection {
  /** Such as `test`. */
  readonly split: string;
  /** Rows of the dataset. */
  readonly rows: Int32Array;
  /** [rows, d] */
  readonly embeddings: HostTensor;
  /** Label of each of the rows, empty where it has none; null where there are no labels. */
  readonly labels: readonly (number | string)[] | null;
  /** What the samples look like; null where they are no images. */
  readonly sprite: Sprite | null;
}

const folderName = 'projector';
const names = { embeddings: 'embeddings.tsv', metadata: 'metadata.tsv', sprite: 'sprite.png' };

/** Writes projector_config.pbtxt, and `projector/` with what it names. @throws STORAGE */
export async function saveProjection(runFolder: string, projection: Projection): Promise<void> {
  const { sprite } = projection;
  const folder = join(runFolder, folderName);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
  await writeAtomically(join(folder, names.embeddings), embeddingsText(projection));
  await writeAtomically(join(folder, names.metadata), metadataText(projection));
  if (sprite !== null) await writeAtomically(join(folder, names.sprite), writePng(sprite));
  await writeAtomically(join(runFolder, 'projector_config.pbtxt'), configText(projection));
}

function embeddingsText({ embeddings: { shape, data } }: Projection): string {
  const [rows, width] = shape;
  return lines(Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width).join('\t')));
}

/** The header line is only for several columns: with one the projector takes it for a value. */
function metadataText({ rows, labels }: Projection): string {
  if (labels === null) return lines(Array.from(rows, String));
  return lines(['label\trow', ...Array.from(rows, (row, index) => `${oneLine(labels[index])}\t${row}`)]);
}

function oneLine(label: number | string): string {
  return String(label).replaceAll(/\s+/g, ' ');
}

function configText({ split, sprite }: Projection): string {
  const images = sprite && [
    '  sprite {',
    `    image_path: "${folderName}/${names.sprite}"`,
    ...sprite.tile.map((side) => `    single_image_dim: ${side}`),
    '  }',
  ];
  return lines([
    'embeddings {',
    `  tensor_name: "${split} samples"`,
    `  tensor_path: "${folderName}/${names.embeddings}"`,
    `  metadata_path: "${folderName}/${names.metadata}"`,
    ...(images ?? []),
    '}',
  ]);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
