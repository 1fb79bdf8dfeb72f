import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EventType } from '../../events/catalogue.ts';
import { judgeEvent, readEvent } from '../../events/event.ts';
import {
  bytesOf,
  EVENT_TYPES,
  type EventJson,
  exampleEvent,
  examples,
  mustBeGood,
} from '../support/examples.ts';

// What stands in data/frozen is in logs somewhere: it is read for ever, as it was when it was written. A type that is
// new gets a file with UPDATE_GOLDEN=1; a file that is there is never written again. Of a type that changed its shape
// add the new one to its file by hand, and an upcaster for the old one (events/upcasters.ts).

const directory = fileURLToPath(new URL('../data/frozen/', import.meta.url));
const fileOf = (type: string) => `${directory}${type}.json`;

const frozenSchema = z
  .array(z.strictObject({ what: z.string(), stored: z.record(z.string(), z.unknown()), read: z.unknown() }))
  .min(2);

/** Every attribute of an envelope. */
const whole: EventJson = {
  basis: 'reported',
  observedtime: '2025-03-04T05:06:07.890+09:00',
  timeprecision: 'week',
  reporter: 'NIS',
  reporterkind: 'state-agency',
  reporturl: 'https://example.org/1',
  reliability: 'B',
  credibility: 2,
  claim: 'claim',
  note: 'as it was said',
  archivedurl: 'https://archive.example.org/1',
  contenthash: `sha256:${'0f'.repeat(32)}`,
  recordedtime: '2025-03-05T00:00:00Z',
  recordedby: 'an analyst',
  correlationid: 'c1',
  causationid: 'c0',
  theatre: 'ukraine',
  timeline: 'record',
  anything: 'else',
};

/** An event with no more in its payload than its type needs. */
function minimal(type: EventType): EventJson {
  let data: Readonly<Record<string, unknown>> = { ...examples[type] };
  for (const key of Object.keys(data)) {
    const { [key]: _, ...less } = data;
    if (judgeEvent(exampleEvent(type, { data: less })).ok) data = less;
  }
  return exampleEvent(type, { data });
}

const read = (stored: EventJson): unknown =>
  JSON.parse(JSON.stringify(mustBeGood(readEvent(bytesOf(stored))).event));

function freeze(type: EventType): void {
  const shapes = Object.entries({ minimal: minimal(type), full: exampleEvent(type, whole) });
  const frozen = shapes.map(([what, stored]) => ({ what, stored, read: read(stored) }));
  writeFileSync(fileOf(type), `${JSON.stringify(frozen, null, 2)}\n`);
}

test.each(EVENT_TYPES)('%s is read as it was stored', (type) => {
  if (process.env['UPDATE_GOLDEN'] !== undefined && !existsSync(fileOf(type))) freeze(type);
  expect(existsSync(fileOf(type)), `${type} has no frozen event; make it one with UPDATE_GOLDEN=1`).toBe(
    true,
  );
  for (const { what, stored, read: expected } of frozenSchema.parse(
    JSON.parse(readFileSync(fileOf(type), 'utf8')),
  )) {
    expect(stored['type']).toBe(type);
    expect(read(stored), what).toEqual(expected);
  }
});

test('no type that was stored is gone', () => {
  expect(readdirSync(directory).sort()).toEqual(EVENT_TYPES.map((type) => `${type}.json`).sort());
});
