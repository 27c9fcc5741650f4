import type { Descriptor } from './descriptor.js';

/** What `twinspec.config.ts`, `.js` or `.mjs` exports: the code that the command line trusts in this folder. */
export interface Config {
  /**
   * Plugins that specs may name beside the shipped ones: descriptors, or names of what exports one or an array of them by
   * default, a file (`./my-loss.ts`, from the folder of the config) or an npm package.
   */
  readonly plugins?: readonly (Descriptor | string)[];
}

/** Types a config as it is written. */
export function defineConfig(config: Config): Config {
  return config;
}
