import { readFile, writeFile } from 'node:fs/promises';
import { createJiti } from 'jiti';
import * as pluginApi from 'twinspec/plugin';
import * as testing from 'twinspec/testing';

/** Runs a test file as its runner would; resolves to the names of its tests, or rejects with the first that fails. */
export async function runTestFile(file: string): Promise<string[]> {
  const tests: { name: string; done: Promise<unknown> }[] = [];
  const test = (name: string, run: () => Promise<unknown>) => tests.push({ name, done: run() });
  const jiti = createJiti(import.meta.url, {
    virtualModules: { 'twinspec/plugin': pluginApi, 'twinspec/testing': testing, vitest: { test } },
    moduleCache: false,
    fsCache: false,
  });
  // Node's own runner cannot be stood in for; the calls are the same.
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('node:test', 'vitest'));
  jiti(file);
  for (const { done } of tests) await done;
  return tests.map(({ name }) => name);
}
