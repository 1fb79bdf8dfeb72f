import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import { NO_CONTINGENT } from '../../machines/contingent-context.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import { RollModel } from '../readmodels/roll-document.ts';
import { foldLog } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import type { ContingentState } from '../roll/outcome.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { ApiClient, type RemoteRoll, rollPath } from './api-client.ts';
import { remoteEvents } from './remote-events.ts';

interface ExportOptions {
  readonly format: 'jsonl' | 'csv' | 'geojson';
  readonly server: string;
}

const mapSchema = z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) });

/** `muster export`: the log of a roll as JSON lines, its contingents as CSV, or its map as GeoJSON (DESIGN 9). */
export async function exportRoll(name: string, { format, server }: ExportOptions): Promise<void> {
  const client = new ApiClient(server, process.env['MUSTER_TOKEN']);
  const roll = await client.findRoll(name);
  if (format === 'jsonl') {
    for await (const { line } of remoteEvents(client, roll)) {
      // A slow reader slows us down; it does not have us pile up the log.
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    }
    return;
  }
  if (format === 'geojson') {
    const map = await client.read(`${rollPath(roll)}/map`, mapSchema);
    process.stdout.write(`${JSON.stringify(map, null, 2)}\n`);
    return;
  }
  const homeOf = homesOf(roll, await client.rolls());
  const { fold } = await foldLog(
    createKernels(),
    () => entries(client, roll, homeOf),
    {},
    () => new RollModel(),
  );
  const rows = [...fold.contingents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, state]) => contingentRow(roll, roll.basis, id, state));
  const nobody = { value: '', context: NO_CONTINGENT, isFinal: false };
  const columns = Object.keys(contingentRow(roll, roll.basis, '', nobody));
  process.stdout.write(stringify(rows, { header: true, columns }));
}

async function* entries(
  client: ApiClient,
  roll: RollId,
  homeOf: (seq: number) => RollId,
): AsyncGenerator<RawEntry> {
  for await (const { seq, line } of remoteEvents(client, roll)) {
    yield { seq, bytes: Buffer.from(line), home: homeOf(seq) };
  }
}

/** Where each entry of a roll is stored: up to the place where it branched off, in its base. */
export function homesOf(roll: RemoteRoll, rolls: readonly RemoteRoll[]): (seq: number) => RollId {
  return (seq) => {
    let home = roll;
    for (let base = home.base; base !== null && seq <= base.seq; base = home.base) {
      const { timeline } = base;
      const next = rolls.find((other) => other.theatre === roll.theatre && other.timeline === timeline);
      if (next === undefined) break;
      home = next;
    }
    return { theatre: home.theatre, timeline: home.timeline };
  };
}

function contingentRow(
  { theatre, timeline }: RollId,
  basis: RemoteRoll['basis'],
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
