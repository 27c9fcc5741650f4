import type { OptionsOf } from 'twinspec/plugin';
import { defineDistance } from 'twinspec/plugin';
import { expectTypeOf, test } from 'vitest';
import type { Tf } from '../../../core/plugin/tensors.js';

test('the types of options follow from their schemas', () => {
  expectTypeOf<
    OptionsOf<{
      rate: { type: 'number'; description: ''; default: 1 };
      count: { type: 'integer'; description: '' };
      fast: { type: 'boolean'; description: '' };
      label: { type: 'string'; description: '' };
      mode: { type: 'string'; enum: readonly ['a', 'b']; description: '' };
      units: { type: 'array'; items: { type: 'integer' }; description: '' };
      clip: { type: 'number'; nullable: true; default: null; description: '' };
    }>
  >().toEqualTypeOf<{
    readonly rate: number;
    readonly count: number;
    readonly fast: boolean;
    readonly label: string;
    readonly mode: 'a' | 'b';
    readonly units: readonly number[];
    readonly clip: number | null;
  }>();
});

test('create gets options and services by their names', () => {
  defineDistance({
    name: 'typed',
    summary: 'For its types.',
    options: { mode: { type: 'string', enum: ['a', 'b'], default: 'a', description: 'Which.' } },
    inject: ['tf'],
    create(options, tf) {
      expectTypeOf(options).toEqualTypeOf<{ readonly mode: 'a' | 'b' }>();
      expectTypeOf(tf).toEqualTypeOf<Tf>();
      return { between: (a) => a };
    },
  });
});
