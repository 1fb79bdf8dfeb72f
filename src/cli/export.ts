import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import type { RollId } from '../../events/ids.ts';
import { NO_CONTINGENT } from '../../machines/contingent-context.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import type { RollInfo } from '../log/port.ts';
import { Gazetteer } from '../readmodels/map/locate.ts';
import { mapDocument } from '../readmodels/map/map-document.ts';
import { StandingBasis } from '../readmodels/reports/standing-basis.ts';
import { spreadsheetText } from '../readmodels/spreadsheet.ts';
import { foldLog, type ReadModel } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import type { ContingentState, Transition } from '../roll/outcome.ts';
import { ourReference } from '../service/reference.ts';
import { ServiceModel } from '../service/roll-fold.ts';
import { emptyRollLine, entryLine } from './export-lines.ts';
import { onTerminal } from './on-terminal.ts';
import { ancestry, entriesOf, openSource, type RollSource, rollOf } from './roll-source.ts';

interface ExportOptions {
  readonly format: 'jsonl' | 'csv' | 'geojson';
  readonly server: string;
  readonly nats?: string;
  readonly data?: string;
}

/**
 * `muster export`: the log of a roll as JSON lines, its contingents as CSV, or its map as GeoJSON (DESIGN 9); from a
 * running service, or with `--nats` or `--data` from the log itself.
 */
export async function exportRoll(name: string, { format, ...where }: ExportOptions): Promise<void> {
  const source = await openSource(where);
  try {
    const rolls = await source.rolls();
    const info = rollOf(name, rolls, source);
    if (format === 'jsonl') {
      for await (const line of exportedLines(source, info, rolls)) {
        // A slow reader slows us down; it does not have us pile up the log.
        if (!write(`${line}\n`)) await once(process.stdout, 'drain');
      }
    } else if (format === 'csv') await exportContingents(source, info, rolls);
    else await exportMap(source, info, rolls);
  } finally {
    await source.close();
  }
}

/** The lines of an export, without their line feeds: each roll that this one stands on with its own entries, then itself. */
export async function* exportedLines(
  source: RollSource,
  { roll }: RollInfo,
  rolls: readonly RollInfo[],
): AsyncGenerator<string> {
  const infos = ancestry(roll, rolls);
  for (const [place, info] of infos.entries()) {
    // What comes next branches off there.
    const to = infos[place + 1]?.base?.seq ?? Number.POSITIVE_INFINITY;
    const from = (info.base?.seq ?? 0) + 1;
    let first: RollInfo | null = info;
    if (from <= to) {
      for await (const entry of source.read(info.roll, { from, to })) {
        yield entryLine(entry, first);
        first = null;
      }
    }
    if (first !== null) yield emptyRollLine(first);
  }
}

/** Which contingents stand as they do by a what-if. */
class ContingentsModel implements ReadModel {
  readonly standing = new StandingBasis();

  apply(transition: Transition): void {
    this.standing.apply(transition);
  }
}

async function exportContingents(
  source: RollSource,
  { roll, basis }: RollInfo,
  rolls: readonly RollInfo[],
): Promise<void> {
  const { fold } = await foldLog(
    createKernels(),
    () => entriesOf(source, roll, rolls),
    {},
    () => new ContingentsModel(),
  );
  /** A what-if, where a fact that is one made it so; else as the roll was opened, if that was no what-if. */
  const basisOf = (id: string) =>
    fold.readModel.standing.of(id) === 'reported' && basis !== 'hypothetical'
      ? basis
      : fold.readModel.standing.of(id);
  const rows = [...fold.contingents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, state]) => contingentRow(roll, basisOf(id), id, state));
  const nobody = { value: '', context: NO_CONTINGENT, isFinal: false };
  const columns = Object.keys(contingentRow(roll, basis, '', nobody));
  // As RFC 4180 has it; by the mark a spreadsheet knows that it is UTF-8.
  const form = { header: true, columns, bom: true, record_delimiter: 'windows' } as const;
  write(stringify(rows, { ...form, cast: { string: spreadsheetText } }));
}

async function exportMap(source: RollSource, { roll }: RollInfo, rolls: readonly RollInfo[]): Promise<void> {
  const { places } = await ourReference();
  const { fold, length } = await foldLog(
    createKernels(),
    () => entriesOf(source, roll, rolls),
    {},
    () => new ServiceModel(),
  );
  const map = mapDocument(roll, length, fold, new Gazetteer(places));
  write(`${JSON.stringify(map, null, 2)}\n`);
}

function write(text: string): boolean {
  return process.stdout.write(onTerminal(text, process.stdout.isTTY));
}

function contingentRow(
  { theatre, timeline }: RollId,
  basis: RollInfo['basis'],
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
