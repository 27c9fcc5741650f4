import type { ErrorCode } from '../errors.js';

/** The page about the keys of a spec. */
export const specPage = 'docs/reference/spec.md';

/** The page about an error code. */
export function errorPage(code: ErrorCode): string {
  return `docs/reference/errors.md#${code.toLowerCase()}`;
}
