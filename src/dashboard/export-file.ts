import type { MapDocument } from '../readmodels/map/map-document.ts';
import type { DistributionDocument } from '../readmodels/roll-document.ts';
import { spreadsheetText } from '../readmodels/spreadsheet.ts';
import { nameOf, type RollSummary } from './api.ts';
import type { Drawing } from './draw.ts';
import { loadPart } from './parts.ts';
import { LIGHT, type Theme } from './pathways.ts';
import { basisWords, day } from './wording.ts';

const WIDTH = 1_280;
const HEIGHT = 800;
const SCALE = 2;

export type Cell = string | number | null;
export type Rows = readonly Readonly<Record<string, Cell>>[];

/** What is taken away, and from where. */
export interface Subject {
  readonly roll: RollSummary;
  /** Of what moment it is: the distribution then, or a report. */
  readonly distribution: Pick<DistributionDocument, 'time' | 'seq' | 'machineVersion'>;
  /** What it is: `Where they stand`. */
  readonly what: string;
  /** Every roll that has numbers in it, where that is not the one roll. */
  readonly covers?: readonly RollSummary[];
  /** What was left out of it, and why. */
  readonly selection?: string | undefined;
}

/** `HYPOTHETICAL-muster-ukraine-garrison-flows`, without its ending. */
export function fileNameOf(subject: Subject): string {
  const { roll, what } = subject;
  const name = `muster-${roll.theatre}-${roll.timeline}-${what.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`;
  const words = basisOf(subject);
  return words === null ? name : `${words.mark}-${name}`;
}

/** RFC 4180, after lines of comment that say what it is; every line says on which basis. */
export function csv(subject: Subject, rows: Rows): string {
  const marked = withBasis(subject, rows);
  const names = [...new Set(marked.flatMap((row) => Object.keys(row)))];
  const comments = Object.entries(about(subject)).map(
    // A cell of its own: a comma in a link would begin the next one, and a formula could stand there.
    ([name, value]) => cell(`# ${name}: ${String(value).replace(/\s+/g, ' ')}`),
  );
  const lines = [names.map(cell), ...marked.map((row) => names.map((name) => cell(row[name] ?? null)))];
  return [...comments, ...lines.map((line) => line.join(','))].join('\r\n').concat('\r\n');
}

export function json(subject: Subject, rows: Rows): string {
  return `${JSON.stringify({ about: about(subject), rows: withBasis(subject, rows) }, null, 2)}\n`;
}

/** The map with where it is from among its own members; every feature says on which basis. */
export function geoJson(subject: Subject, map: MapDocument): string {
  return `${JSON.stringify({ ...map, about: about(subject) }, null, 2)}\n`;
}

/** The drawing as a picture that stands alone: titled, sourced, and marked across it if it is no record. */
export async function svg(subject: Subject, draw: (theme: Theme) => Drawing): Promise<string> {
  const { drawAsText } = await loadPart(() => import('./draw.ts'));
  const { title, source, asOf, machineVersion } = about(subject);
  const words = basisOf(subject);
  const text = { color: LIGHT.ink, fontFamily: 'sans-serif', width: WIDTH - 32, overflow: 'break' };
  const foot = `${source} · as of ${asOf === null ? 'no event' : day(asOf)} · machine ${machineVersion}`;
  const titles = [
    { text: title, left: 16, top: 12, textStyle: { ...text, fontSize: 22, overflow: 'truncate' } },
    { text: foot, left: 16, bottom: 10, textStyle: { ...text, fontSize: 12, fontWeight: 'normal' } },
  ];
  const drawing = { ...draw(LIGHT), backgroundColor: '#ffffff' };
  if (words === null) return drawAsText({ ...drawing, title: titles }, WIDTH, HEIGHT);
  const banner = {
    text: `${words.mark}: ${words.meaning}`,
    left: 16,
    top: 44,
    backgroundColor: '#ffd24d',
    padding: [6, 10],
    textStyle: { color: '#241a00', fontFamily: 'sans-serif', fontSize: 16 },
  };
  // Across the drawing, so that it stays on a part cut out of it.
  const across = {
    type: 'text',
    left: 'center',
    top: 'middle',
    rotation: Math.PI / 8,
    silent: true,
    z: 100,
    style: { text: words.mark, font: 'bold 130px sans-serif', fill: '#241a00', opacity: 0.12 },
  };
  return drawAsText({ ...drawing, title: [...titles, banner], graphic: [across] }, WIDTH, HEIGHT);
}

/** An SVG picture as a PNG of twice its size. */
export async function png(text: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * SCALE;
  canvas.height = HEIGHT * SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The picture came out empty')) : resolve(blob)),
      'image/png',
    );
  });
}

function about(subject: Subject) {
  const { roll, distribution, what, selection } = subject;
  const { time, seq, machineVersion } = distribution;
  const words = basisOf(subject);
  return {
    title: `${roll.title}: ${what}`,
    basis: words?.mark ?? 'REPORTED',
    ...(words !== null && { meaning: words.meaning }),
    source: `Muster, roll ${nameOf(roll)}, entry ${seq}, ${location.href}`,
    asOf: time?.slice(0, 10) ?? null,
    machineVersion,
    ...(selection !== undefined && { selection }),
  };
}

/** The mark that all of it carries, if any; one what-if among others is enough. */
function basisOf({ roll, covers }: Subject): ReturnType<typeof basisWords> {
  if (covers === undefined || covers.every(({ basis }) => basis === roll.basis)) return basisWords(roll);
  const supposed = covers.filter(({ basis }) => basis === 'hypothetical');
  const unreported = covers.find(({ basis }) => basis !== 'reported');
  if (supposed.length === 0) return basisWords(unreported ?? roll);
  const names = supposed.map(({ timeline }) => timeline).join(', ');
  return { mark: 'HYPOTHETICAL', meaning: `In part. What-ifs, of which nothing has happened: ${names}.` };
}

/** Comments are lost when a sheet is sorted or cut; a column is not. */
function withBasis(subject: Subject, rows: Rows): Rows {
  const basis = basisOf(subject)?.mark ?? 'REPORTED';
  return rows.map((row) => ({ basis, ...row }));
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = spreadsheetText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
