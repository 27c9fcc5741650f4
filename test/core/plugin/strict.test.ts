import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

it('names of own weights and state are types, also where an index may be undefined', { timeout: 120_000 }, () => {
  const config = ts.readConfigFile(path('../../tsconfig.json'), (file) => ts.sys.readFile(file)).config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, path('../..'));
  const file = path('strict-plugins.ts');
  const program = ts.createProgram([file], { ...options, noUncheckedIndexedAccess: true });
  const found = program.getSemanticDiagnostics(program.getSourceFile(file));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});
