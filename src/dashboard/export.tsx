import { useState } from 'preact/hooks';
import type { MapDocument } from '../readmodels/map/map-document.ts';
import { messageOf } from './api.ts';
import type { Drawing } from './draw.ts';
import { csv, fileNameOf, geoJson, json, png, type Rows, type Subject, svg } from './export-file.ts';
import type { Theme } from './pathways.ts';

/** Room for the title above and the source below a drawing that is taken away. */
export const EXPORT_ROOM = { top: 116, bottom: 90, left: 60, right: 40 };

/** Rows that had to be fetched, and what of them was left out. */
export interface Fetched {
  readonly rows: Rows;
  readonly selection?: string | undefined;
}

interface Props extends Subject {
  /** What is taken away as data: what is there, or how to fetch it when it is wanted. */
  readonly rows: Rows | (() => Promise<Fetched>);
  readonly draw?: (theme: Theme) => Drawing;
  /** The same as GeoJSON. */
  readonly map?: MapDocument;
}

/** Takes the picture and the data away, each with where it is from, as of when, and decided by which machine. */
export function Export({ rows, draw, map, ...subject }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = fileNameOf(subject);
  const take = async (ending: string, type: string, make: () => Promise<string | Blob>) => {
    setBusy(true);
    setProblem(null);
    try {
      save(await make(), `${name}.${ending}`, type);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const data = async (write: typeof csv) => {
    if (typeof rows !== 'function') return write(subject, rows);
    const fetched = await rows();
    return write({ ...subject, selection: fetched.selection }, fetched.rows);
  };
  const items = [
    ...(draw === undefined
      ? []
      : [
          {
            label: 'Picture (SVG)',
            take: () => take('svg', 'image/svg+xml', () => svg(subject, draw)),
          },
          {
            label: 'Picture (PNG)',
            take: () => take('png', 'image/png', async () => png(await svg(subject, draw))),
          },
        ]),
    { label: 'Data (CSV)', take: () => take('csv', 'text/csv', () => data(csv)) },
    { label: 'Data (JSON)', take: () => take('json', 'application/json', () => data(json)) },
    ...(map === undefined
      ? []
      : [
          {
            label: 'Data (GeoJSON)',
            take: () => take('geojson', 'application/geo+json', async () => geoJson(subject, map)),
          },
        ]),
  ];
  return (
    <details class="menu">
      <summary>Export</summary>
      <div>
        {items.map(({ label, take }) => (
          <button key={label} type="button" disabled={isBusy} onClick={take}>
            {label}
          </button>
        ))}
        {isBusy && <p role="status">Reading…</p>}
        {problem !== null && <p role="alert">{problem}</p>}
      </div>
    </details>
  );
}

function save(content: string | Blob, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
