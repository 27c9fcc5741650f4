import type { OptionSchema } from 'twinspec/plugin';
import { checkPlugin, formatReport } from 'twinspec/testing';
import { expect, test } from 'vitest';
import { plugins } from '../../plugins/index.js';

/** A value for an option that has no default. */
function anyValue(schema: OptionSchema): unknown {
  if (schema.type === 'string') return schema.enum?.[0] ?? 'text';
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return [1, 2];
  return schema.type === 'integer' ? (schema.minimum ?? 1) : 0.5;
}

test.each(plugins.map((plugin) => [plugin.kind, plugin.name, plugin] as const))(
  '%s %s passes the test kit',
  async (...row) => {
    const [, , plugin] = row;
    const required = Object.entries(plugin.options).filter(([, option]) => option.default === undefined);
    const given = Object.fromEntries(required.map(([name, option]) => [name, anyValue(option)]));
    const report = await checkPlugin(plugin, { with: given });
    expect(report.ok, formatReport(report)).toBe(true);
  },
);
