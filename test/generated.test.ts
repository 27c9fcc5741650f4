import { format } from 'prettier';
import { expect, test } from 'vitest';
import { createRegistry } from '../core/plugin/registry.js';
import { editorSchema } from '../core/spec/editor-schema.js';
import { defaults, plugins } from '../plugins/index.js';

// `npm run generate` writes these files.
test('specs/spec.schema.json is current', async () => {
  const schema = editorSchema(createRegistry(plugins, defaults));
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });
  await expect(text).toMatchFileSnapshot('../specs/spec.schema.json');
});
