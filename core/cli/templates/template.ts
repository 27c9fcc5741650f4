export type Language = 'js' | 'ts';

/** What a template is told of the plugin to be written. */
export interface Subject {
  /** Name in specs, such as `acme/my-loss`. */
  readonly name: string;
  /** Name of the file without its extension, such as `my-loss`. */
  readonly file: string;
  readonly language: Language;
}

export interface Template {
  plugin(subject: Subject): string;
  test(subject: Subject): string;
  /** The line of a spec that uses it. */
  use(subject: Subject): string;
}

/** The name of the plugin's variable in its test, such as `myLoss`. */
export function variable({ file }: Subject): string {
  return file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The first line of a plugin. */
export function pluginImport(...names: readonly string[]): string {
  return `import { ${names.join(', ')} } from 'twinspec/plugin';`;
}

/** The first lines of a test: JavaScript runs under Node's own runner, TypeScript under vitest. */
export function imports(subject: Subject, tester: string): string {
  const runner = subject.language === 'js' ? `import { test } from 'node:test';` : `import { test } from 'vitest';`;
  const kit = `import { ${tester} } from 'twinspec/testing';`;
  const lines = subject.language === 'js' ? [runner, kit] : [kit, runner];
  return [...lines, `import ${variable(subject)} from './${subject.file}.js';`].join('\n');
}
