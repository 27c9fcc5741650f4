import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startYamlServer, type LanguageServer } from './support/language-server.js';

interface Completions {
  readonly items: readonly { readonly label: string }[];
}
interface Diagnostics {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
  }[];
}

const valid = `# yaml-language-server: $schema=./spec.schema.json
version: 1
name: mine
dataset: mnist-pairs
base:
  use: mlp
  with:
    units: [128, 64]
distance: euclidean
loss:
  use: contrastive
  with:
    margin: 1
training:
  learningRate: 0.001
  epochs: 5
`;

let folder: string;
let server: LanguageServer;
let opened = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinspec-'));
  copyFileSync('specs/spec.schema.json', join(folder, 'spec.schema.json'));
  server = await startYamlServer({ completion: true, hover: true, validate: true, schemaStore: { enable: false } });
});
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

/** Opens a text as a file; `|` marks the cursor and is taken out. */
function open(text: string) {
  const at = text.indexOf('|');
  const before = text.slice(0, Math.max(0, at)).split('\n');
  const uri = pathToFileURL(join(folder, `spec-${++opened}.yaml`)).href;
  const textDocument = { uri, languageId: 'yaml', version: 1, text: text.replace('|', '') };
  const judged = server.next<Diagnostics>('textDocument/publishDiagnostics', (params) => params.uri === uri);
  server.notify('textDocument/didOpen', { textDocument });
  return {
    judged,
    cursor: { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)!.length } },
  };
}

async function completions(text: string): Promise<readonly string[]> {
  const { cursor } = open(text);
  const { items } = await server.request<Completions>('textDocument/completion', cursor);
  return items.map(({ label }) => label);
}

async function hover(text: string): Promise<string> {
  const { cursor } = open(text);
  const told = await server.request<{ contents: { value: string } } | null>('textDocument/hover', cursor);
  return told?.contents.value ?? '';
}

describe('an editor with yaml-language-server and the schema', () => {
  it('finds nothing wrong with a valid spec', async () => {
    expect((await open(valid).judged).diagnostics).toEqual([]);
  });

  it('completes keys at the top', async () => {
    expect(await completions(`${valid}|`)).toEqual(expect.arrayContaining(['evaluation', 'engine', 'seed']));
  });

  it('completes names of plugins', async () => {
    expect(await completions(valid.replace('base:', 'engine: |\nbase:'))).toEqual(
      expect.arrayContaining(['auto', 'cpu', 'onnx']),
    );
    expect(await completions(valid.replace('  epochs: 5', '  epochs: 5\n  optimizer:\n    use: |'))).toEqual(
      expect.arrayContaining(['adam', 'rmsprop', 'sgd']),
    );
  });

  it("completes a plugin's own options, and no other's", async () => {
    const options = await completions(valid.replace('units: [128, 64]', '|'));
    expect(options).toEqual(expect.arrayContaining(['units', 'activation', 'dropout']));
    expect(options).not.toContain('margin');
  });

  it('completes the choices of an option', async () => {
    expect(await completions(valid.replace('units: [128, 64]', 'activation: |'))).toEqual(
      expect.arrayContaining(['relu', 'tanh']),
    );
  });

  it('shows docs on hover, of keys and of options', async () => {
    expect(await hover(valid.replace('epochs', 'ep|ochs'))).toContain('How often training goes through all examples.');
    expect(await hover(valid.replace('margin', 'mar|gin'))).toContain('Distance from which a pair of two classes');
  });

  it.each([
    ['an unknown key', valid.replace('epochs', 'epoch'), 15, /epoch/],
    ['an unknown plugin', valid.replace('contrastive', 'contrastiv'), 10, /contrastive/],
    ['an unknown option', valid.replace('margin', 'margn'), 12, /margn/],
    ['a value out of range', valid.replace('margin: 1', 'margin: -1'), 12, /0/],
    ['a value of a wrong type', valid.replace('epochs: 5', 'epochs: many'), 15, /integer/],
  ])('marks %s, at its place', async (_title, text, line, words) => {
    const { diagnostics } = await open(text).judged;
    const there = diagnostics.filter(({ range }) => range.start.line === line);
    expect(there.map(({ message }) => message).join('\n')).toMatch(words);
  });
});
