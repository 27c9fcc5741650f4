import { columnRows } from '../plugin/columns.js';
import type { Column, HeldColumn, Samples, StoredColumn } from '../plugin/kinds/dataset.js';
import { sizeOf, type Dtype, type Shape } from '../plugin/tensors.js';
import { inWords } from '../words/in-words.js';
import { checkFinite, numbersOf, refuseData } from './numbers.js';

const example = 'Give columns by name, such as samples: { image: { shape: [28, 28, 1], data } }.';
const dtypes: readonly unknown[] = ['float32', 'int32', 'uint8'] satisfies readonly Dtype[];
const mostRows = 2 ** 31 - 1;

/**
 * The samples of a dataset, checked: columns of one length, their shapes and factors sound, their numbers in typed arrays and
 * finite. What a stored column reads is checked whenever it is read.
 *
 * @throws DATA_INVALID
 */
export function samplesOf(given: unknown): Samples {
  if (typeof given !== 'object' || given === null) refuseData(`samples is ${inWords(given)}.`, example);
  if ('shape' in given && ArrayBuffer.isView((given as unknown as HeldColumn).data))
    refuseData('samples is one column without a name.', example);
  const entries = Object.entries(given as Readonly<Record<string, unknown>>);
  if (entries.length === 0) refuseData('samples has no columns.', example);
  const columns = entries.map(([name, column]) => [name, columnOf(name, column)] as const);
  const [first] = columns;
  const rows = columnRows(first[1]);
  if (rows === 0) refuseData(`Column ${first[0]} has no rows.`, 'Give at least one sample.');
  if (rows > mostRows) refuseData(`Column ${first[0]} has ${rows} rows.`, `Give at most ${mostRows} samples.`);
  const uneven = columns.find(([, column]) => columnRows(column) !== rows);
  if (uneven)
    refuseData(
      `Column ${first[0]} has ${rows} rows, and column ${uneven[0]} has ${columnRows(uneven[1])}.`,
      'Give each sample one entry in every column.',
    );
  return Object.fromEntries(columns);
}

function columnOf(name: string, given: unknown): Column {
  const what = `column ${name}`;
  if (!/^[^/\p{C}]+$/u.test(name) || name === '__proto__')
    refuseData(`A column is named ${JSON.stringify(name)}.`, 'Name it by letters and digits, without "/".');
  if (typeof given !== 'object' || given === null) refuseData(`${what} is ${inWords(given)}.`, example);
  const { shape, scale, data, read } = given as Partial<HeldColumn> & Partial<StoredColumn>;
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length > 0);
  if (!isShape)
    refuseData(
      `The shape of ${what} is ${Array.isArray(shape) ? `[${shape.map(inWords).join(', ')}]` : inWords(shape)}.`,
      'Give the lengths of the axes of one sample, such as [28, 28, 1].',
    );
  if (scale !== undefined && (typeof scale !== 'number' || !Number.isFinite(scale) || Math.fround(scale) === 0))
    refuseData(
      `The scale of ${what} is ${inWords(scale)}.`,
      'Give a factor other than 0, such as 1 / 255, or leave it out.',
    );
  const form = { shape, ...(scale === undefined ? {} : { scale }) };
  if (data !== undefined) return held(what, form, data);
  if (typeof read === 'function') return stored(what, form, given as StoredColumn);
  return refuseData(`${what} has no data.`, 'Give data, or dtype, rows and read(rows).');
}

interface Form {
  readonly shape: Shape;
  readonly scale?: number;
}

function held(what: string, form: Form, given: unknown): HeldColumn {
  const data = numbersOf(given, `data of ${what}`);
  const size = sizeOf(form.shape);
  if (data.length % size !== 0)
    refuseData(
      `${what} has ${data.length} values, which is no multiple of ${size}, the size of a sample of shape [${form.shape.join(', ')}].`,
      'Give data of rows × sample size values.',
    );
  checkFinite(data, form.shape, what);
  return { ...form, data };
}

function stored(what: string, form: Form, column: StoredColumn): StoredColumn {
  const { dtype, rows } = column;
  if (!dtypes.includes(dtype))
    refuseData(`The dtype of ${what} is ${JSON.stringify(dtype) ?? 'missing'}.`, `Give one of ${dtypes.join(', ')}.`);
  if (!Number.isSafeInteger(rows) || rows < 0)
    refuseData(`${what} has ${inWords(rows)} rows.`, 'Give the number of samples as rows.');
  return {
    ...form,
    dtype,
    rows,
    async read(wanted) {
      const data = numbersOf(await column.read(wanted.slice()), `what ${what} reads`, dtype);
      const expected = wanted.length * sizeOf(form.shape);
      if (data.length !== expected)
        refuseData(
          `${what} read ${data.length} values for ${wanted.length} rows of shape [${form.shape.join(', ')}]; expected ${expected}.`,
          'Give the values of each row that is asked for, in their order.',
        );
      checkFinite(data, form.shape, what, (index) => wanted[index]);
      return data;
    },
  };
}
