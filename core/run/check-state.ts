import { Ajv } from 'ajv';

const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const positive = { ...count, minimum: 1 };
const number = { type: 'number' };

function mapping(properties: Record<string, object>, optional: readonly string[] = []): object {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}

const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

const validate = new Ajv({ strict: true, strictTypes: false, ownProperties: true }).compile(
  mapping({
    spec: { type: 'object' },
    dataset: { type: 'string' },
    logs: {
      type: 'object',
      propertyNames: { pattern: '^(metrics\\.jsonl|events\\.out\\.tfevents\\.[\\w.-]+)$' },
      additionalProperties: count,
    },
    progress: mapping(
      {
        step: count,
        epoch: positive,
        stepOfEpoch: count,
        seconds: { ...number, minimum: 0 },
        sums: mapping({
          seconds: { ...number, minimum: 0 },
          examples: count,
          loss: orNull(number),
          accuracy: orNull(number),
        }),
        loss: orNull(number),
        schedule: {},
        skipped: count,
        validation: orNull(mapping({ step: count, metrics: { type: 'object' } })),
        best: orNull(mapping({ step: count, value: orNull(number) })),
        waited: count,
      },
      ['schedule'],
    ),
  }),
);

/** What keeps a value from being the state of a run, in words; null where it is one. Its logs lie in the run folder. */
export function checkState(value: unknown): string | null {
  if (validate(value)) return null;
  const [{ instancePath, message }] = validate.errors!;
  return `${instancePath || 'it'} ${message}`;
}
