import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Availability } from 'twinspec/plugin';
import { installedPackages, installHint, loadPackage, messageOf, notInstalled } from './packages.js';

/** What NVIDIA's driver leaves on Linux, under WSL and on Windows. */
const driverFiles = [
  '/dev/nvidiactl',
  '/dev/dxg',
  join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'nvcuda.dll'),
];

/**
 * TensorFlow alone can tell whether it can use a GPU, but loading it takes half a second and 300 MB. So it is asked only
 * where a driver is.
 */
export function probe(
  require?: NodeJS.Require,
  driverIsSeen = () => driverFiles.some((file) => existsSync(file)),
): Availability {
  if (installedPackages(require).length === 0) return { available: false, reason: notInstalled, hint: installHint };
  if (!driverIsSeen()) return { available: true, notForAuto: 'no NVIDIA GPU is seen' };
  try {
    const { name, addon } = loadPackage(require);
    return addon.isUsingGpuDevice()
      ? { available: true }
      : { available: true, notForAuto: `${name} sees no GPU that it can use` };
  } catch (error) {
    return { available: false, reason: messageOf(error), hint: installHint };
  }
}
