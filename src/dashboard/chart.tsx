import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Drawing, type Drawn, drawIn } from './draw.ts';
import { DARK, LIGHT, type Theme } from './pathways.ts';
import { usePrinting } from './printing.ts';

/** As wide as upright paper, in pixels; on wider paper it grows. */
export const PAPER_WIDTH = 700;

const dark = matchMedia('(prefers-color-scheme: dark)');
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** The colours of the page, followed as the system's setting changes; on paper the light ones. */
export function useTheme(): Theme {
  const [isDark, setDark] = useState(dark.matches);
  const [scale, setScale] = useState(textScale);
  const isPrinting = usePrinting();
  useEffect(() => {
    const follow = () => {
      setDark(dark.matches);
      setScale(textScale);
    };
    dark.addEventListener('change', follow);
    addEventListener('resize', follow);
    return () => {
      dark.removeEventListener('change', follow);
      removeEventListener('resize', follow);
    };
  }, []);
  return useMemo(() => {
    const theme = isDark && !isPrinting ? DARK : LIGHT;
    return { ...theme, fontSize: Math.round(theme.fontSize * scale) };
  }, [isDark, isPrinting, scale]);
}

/** How much larger than common the page's text is, on a wall or by the reader's wish. */
const textScale = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

interface Props {
  readonly drawing: Drawing;
  /** What a screen reader says; the numbers are in a table beside it. */
  readonly label: string;
  /** In rem, so that nothing moves when it is drawn. */
  readonly height: number;
  /** On paper, in pixels: what has much text beside one another is drawn wider, and so smaller. */
  readonly paperWidth?: number;
  /** Is given the chart before it is first drawn, to listen to it. */
  readonly onInit?: (drawn: Drawn) => void;
}

/** A drawing on the page, as wide as its place. */
export function Chart({ drawing, label, height, paperWidth = PAPER_WIDTH, onInit }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Drawn | null>(null);
  const isPrinting = usePrinting();
  const isOnPaper = useRef(isPrinting);
  isOnPaper.current = isPrinting;
  useLayoutEffect(() => {
    if (place.current === null) return;
    const drawn = drawIn(place.current);
    chart.current = drawn;
    onInit?.(drawn);
    const sizes = new ResizeObserver(() => {
      if (!isOnPaper.current) drawn.resize();
    });
    sizes.observe(place.current);
    return () => {
      sizes.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);
  useLayoutEffect(() => {
    const animation = !still.matches && !isPrinting;
    chart.current?.setOption({ ...drawing, animation }, { notMerge: true });
    if (isPrinting) chart.current?.resize({ width: paperWidth });
    else chart.current?.resize();
    if (isPrinting) fitToPaper(chart.current, place.current);
  }, [drawing, isPrinting]);
  return <div class="chart" ref={place} role="img" aria-label={label} style={{ height: `${height}rem` }} />;
}

/** Has it drawn at once, and lets it grow and shrink with the paper. */
function fitToPaper(drawn: Drawn | null, place: HTMLElement | null): void {
  drawn?.getZr().flush();
  const svg = place?.querySelector('svg');
  if (svg) svg.setAttribute('viewBox', `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`);
}

/** What a drawing says about the place under the pointer: a heading and lines, each with its colour. */
export function tip(heading: string, lines: readonly { colour?: string; text: string }[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'tip';
  const head = document.createElement('b');
  head.textContent = heading;
  box.append(head);
  for (const { colour, text } of lines) {
    const line = document.createElement('div');
    if (colour !== undefined) {
      const spot = document.createElement('i');
      spot.style.background = colour;
      line.append(spot);
    }
    line.append(text);
    box.append(line);
  }
  return box;
}

/** A legend above the drawing, and room for it: a row, on a phone several. */
export function legendAbove(
  theme: Theme,
  names: readonly string[],
  /** The one that is drawn as a line without marks. */
  line: string,
  room: object,
) {
  const top = 'top' in room ? 80 : 0;
  const grid = (rows: number) => ({ top: 1.5 * theme.fontSize * (rows + 1), ...room });
  return {
    legend: {
      top,
      itemWidth: 32,
      textStyle: { color: theme.ink, fontSize: theme.fontSize },
      data: names.map((name) => (name === line ? { name, icon: LINE } : { name })),
    },
    grid: { left: 8, right: 24, bottom: 8, containLabel: true, ...grid(1) },
    media: [
      { query: { maxWidth: 900 }, option: { grid: grid(Math.ceil(names.length / 5)) } },
      { query: { maxWidth: 640 }, option: { grid: grid(Math.ceil(names.length / 2)) } },
      { option: { grid: grid(1) } },
    ],
  };
}

const LINE = 'path://M0 4H32V7H0Z';

/** How every hint over a drawing looks. */
export const hints = ({ sheet, ink, line, fontSize }: Theme) => ({
  confine: true,
  backgroundColor: sheet,
  borderColor: line,
  textStyle: { color: ink, fontFamily: 'inherit', fontSize },
});
