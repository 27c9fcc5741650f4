import type { ErrorCode } from '../../errors.js';
import { specPage } from '../../words/docs-page.js';
import type { Work } from '../shell/check-uses.js';
import { child, placeOf } from '../read/tree.js';

export interface Misfit {
  readonly message: string;
  readonly hint: string | undefined;
  /** The page about the keys of a spec when absent. */
  readonly docs?: string;
  /** SPEC_MISMATCH when absent. */
  readonly code?: ErrorCode;
}

/** Refuses the spec for a value at a dotted path, which it may also leave to its default. */
export function addMisfit(work: Work, path: string, misfit: Misfit): void {
  add(work, path, misfit);
}

/** Lets the spec pass, but tells the user. */
export function addWarning(work: Work, path: string, misfit: Misfit): void {
  add(work, path, { ...misfit, severity: 'warning' });
}

function add({ tree, report }: Work, path: string, misfit: Misfit & { readonly severity?: 'warning' }): void {
  const pointer = path.split('.').reduce(child, '');
  report.add(placeOf(tree, pointer), { code: 'SPEC_MISMATCH', path, docs: specPage, ...misfit });
}
