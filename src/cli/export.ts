import { stringify } from 'csv-stringify/sync';
import type { RollId } from '../../events/ids.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import { RollModel } from '../readmodels/roll-document.ts';
import { foldLog } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import type { ContingentState } from '../roll/outcome.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { ApiClient } from './api-client.ts';
import { remoteEvents } from './remote-events.ts';

interface ExportOptions {
  readonly format: 'jsonl' | 'csv' | 'geojson';
  readonly server: string;
}

/** `muster export`: the log of a roll as JSON lines, or its contingents as CSV or GeoJSON (DESIGN 9). */
export async function exportRoll(name: string, { format, server }: ExportOptions): Promise<void> {
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const roll = await client.findRoll(name);
  if (format === 'jsonl') {
    for await (const { text } of remoteEvents(client, roll)) process.stdout.write(`${text}\n`);
    return;
  }
  const { fold } = await foldLog(
    createKernels(),
    () => entries(client, roll),
    {},
    () => new RollModel(),
  );
  const rows = [...fold.contingents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, state]) => contingentRow(roll, roll.basis, id, state));
  process.stdout.write(format === 'csv' ? stringify(rows, { header: true }) : `${geoJson(rows)}\n`);
}

async function* entries(client: ApiClient, roll: RollId): AsyncGenerator<RawEntry> {
  for await (const { seq, text } of remoteEvents(client, roll)) {
    yield { seq, bytes: Buffer.from(text), home: {} };
  }
}

function contingentRow(
  { theatre, timeline }: RollId,
  basis: string,
  id: string,
  { value, context: { strength, ...rest } }: ContingentState,
) {
  return {
    theatre,
    timeline,
    basis,
    id,
    state: value,
    pathway: pathwayOf(value),
    low: strength.low,
    best: strength.best,
    high: strength.high,
    ...rest,
  };
}

/** A feature each; events name places without coordinates, so the features are unlocated (RFC 7946, 3.2). */
function geoJson(rows: readonly ReturnType<typeof contingentRow>[]): string {
  const features = rows.map(({ id, ...properties }) => ({ type: 'Feature', id, geometry: null, properties }));
  return JSON.stringify({ type: 'FeatureCollection', features }, null, 2);
}
