import type { DistributionDocument } from '../readmodels/roll-document.ts';
import { nameOf, type RollSummary } from './api.ts';
import type { Drawing } from './draw.ts';
import { LIGHT, type Theme } from './pathways.ts';
import { basisWords, day } from './wording.ts';

const WIDTH = 1_280;
const HEIGHT = 800;
const SCALE = 2;

export type Cell = string | number | null;
export type Rows = readonly Readonly<Record<string, Cell>>[];

interface Props {
  readonly roll: RollSummary;
  readonly distribution: DistributionDocument;
  /** What it is: `Where they stand`. */
  readonly what: string;
  readonly rows: Rows;
  readonly draw?: (theme: Theme) => Drawing;
  /** The day that the view looks at, where it is another than the latest event's. */
  readonly asOf?: string;
}

/** Takes the picture and the data away, each with where it is from, as of when, and decided by which machine. */
export function Export(props: Props) {
  const { roll, what, rows, draw } = props;
  const name = `muster-${roll.theatre}-${roll.timeline}-${what.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return (
    <details class="menu">
      <summary>Export</summary>
      <div>
        {draw !== undefined && (
          <>
            <button
              type="button"
              onClick={async () => save(await svg(props, draw), `${name}.svg`, 'image/svg+xml')}
            >
              Picture (SVG)
            </button>
            <button
              type="button"
              onClick={async () => save(await png(await svg(props, draw)), `${name}.png`, 'image/png')}
            >
              Picture (PNG)
            </button>
          </>
        )}
        <button type="button" onClick={() => save(csv(about(props), rows), `${name}.csv`, 'text/csv')}>
          Data (CSV)
        </button>
        <button
          type="button"
          onClick={() =>
            save(
              `${JSON.stringify({ about: about(props), rows }, null, 2)}\n`,
              `${name}.json`,
              'application/json',
            )
          }
        >
          Data (JSON)
        </button>
      </div>
    </details>
  );
}

function about({ roll, distribution, what, asOf }: Props) {
  const { time, seq, machineVersion } = distribution;
  return {
    title: `${roll.title}: ${what}`,
    basis: basisWords(roll)?.mark ?? 'REPORTED',
    source: `Muster, roll ${nameOf(roll)}, entry ${seq}, ${location.href}`,
    asOf: asOf ?? time?.slice(0, 10) ?? null,
    machineVersion,
  };
}

/** RFC 4180, after lines of comment that say what it is. */
function csv(facts: Readonly<Record<string, Cell>>, rows: Rows): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const comments = Object.entries(facts).map(
    ([name, value]) => `# ${name}: ${String(value).replace(/\s+/g, ' ')}`,
  );
  const lines = [names.map(cell), ...rows.map((row) => names.map((name) => cell(row[name] ?? null)))];
  return [...comments, ...lines.map((line) => line.join(','))].join('\r\n').concat('\r\n');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run a text that begins like a formula.
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function svg(props: Props, draw: (theme: Theme) => Drawing): Promise<string> {
  const { drawAsText } = await import('./draw.ts');
  const { title, source, asOf, machineVersion } = about(props);
  const words = basisWords(props.roll);
  const text = { color: LIGHT.ink, fontFamily: 'sans-serif' };
  const foot = `${source} · as of ${asOf === null ? 'no event' : day(asOf)} · machine ${machineVersion}`;
  const titles = [
    { text: title, left: 16, top: 12, textStyle: { ...text, fontSize: 22 } },
    { text: foot, left: 16, bottom: 10, textStyle: { ...text, fontSize: 12, fontWeight: 'normal' } },
    ...(words === null
      ? []
      : [
          {
            text: `${words.mark}: ${words.meaning}`,
            left: 16,
            top: 44,
            backgroundColor: '#ffd24d',
            padding: [6, 10],
            textStyle: { ...text, color: '#241a00', fontSize: 16 },
          },
        ]),
  ];
  const drawing = draw(LIGHT);
  return drawAsText({ ...drawing, backgroundColor: '#ffffff', title: titles }, WIDTH, HEIGHT);
}

async function png(text: string): Promise<Blob> {
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

function save(content: string | Blob, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Room for the title above and the source below a drawing that is taken away. */
export const EXPORT_ROOM = { top: 110, bottom: 90, left: 60, right: 40 };
