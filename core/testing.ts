import { plugins as shippedPlugins } from '../plugins/index.js';
import type { BaseDescriptor } from './plugin/kinds/base.js';
import type { DatasetDescriptor } from './plugin/kinds/dataset.js';
import type { Descriptor } from './plugin/descriptor.js';
import type { DistanceDescriptor } from './plugin/kinds/distance.js';
import type { LossDescriptor } from './plugin/kinds/loss.js';
import { createRegistry } from './plugin/registry.js';
import {
  checkPlugin as checkIn,
  type AnyCheckOptions,
  type CheckBaseOptions,
  type CheckDistanceOptions,
  type CheckLossOptions,
  type CheckOptions,
} from './testing/check-plugin.js';
import { createLab } from './testing/lab.js';
import { assertPassed, type CheckReport } from './testing/report.js';
import { loadTf } from './wiring/load-tf.js';

export type { LossCase, GivenInputs } from './testing/check-loss.js';
export type { DistanceCase } from './testing/check-distance.js';
export type { CheckBaseOptions, CheckDistanceOptions, CheckLossOptions, CheckOptions } from './testing/check-plugin.js';
export { formatReport, type Check, type CheckReport } from './testing/report.js';

/**
 * Checks a plugin of any kind: its descriptor, its options, and but for an engine all that its contract asks for. What is wrong is in the report, in words.
 */
export async function checkPlugin(plugin: Descriptor, options: AnyCheckOptions = {}): Promise<CheckReport> {
  const lab = createLab(await loadTf(), createRegistry(shippedPlugins).list('engine'));
  return checkIn(lab, plugin, options);
}

/**
 * Tests a distance: shapes and broadcasting, gradients against central differences, hostile batches, direction, what it
 * claims, every engine, and distances computed by hand. Works under any test runner, or none.
 *
 * @throws PLUGIN_FAILED, listing every check that failed
 */
export async function testDistance(plugin: DistanceDescriptor, options?: CheckDistanceOptions): Promise<void> {
  assertPassed(await checkPlugin(plugin, options));
}

/**
 * Tests a loss: shapes, gradients against central differences, hostile batches, ties, direction, order of the batch, every
 * engine, and values computed by hand. Works under any test runner, or none.
 *
 * @throws PLUGIN_FAILED, listing every check that failed
 */
export async function testLoss(plugin: LossDescriptor, options?: CheckLossOptions): Promise<void> {
  assertPassed(await checkPlugin(plugin, options));
}

/**
 * Tests a base network: shapes, first weights by seed, gradients to every weight, order of the batch, hostile samples, every
 * engine. Works under any test runner, or none.
 *
 * @throws PLUGIN_FAILED, listing every check that failed
 */
export async function testBase(plugin: BaseDescriptor, options?: CheckBaseOptions): Promise<void> {
  assertPassed(await checkPlugin(plugin, options));
}

/**
 * Tests a dataset: values, row numbers and labels, held out splits, determinism by seed, abort. Works under any test
 * runner, or none.
 *
 * @throws PLUGIN_FAILED, listing every check that failed
 */
export async function testDataset(plugin: DatasetDescriptor, options?: CheckOptions): Promise<void> {
  assertPassed(await checkPlugin(plugin, options));
}
