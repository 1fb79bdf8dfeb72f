import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChartDocument, Openness } from '../documents.ts';

interface Props {
  readonly chart: ChartDocument;
  /** Dotted name of the active leaf. */
  readonly state: string;
  readonly taken: string | null;
  readonly isRefused: boolean;
  readonly openness: readonly Openness[];
}

/** What is seen: the chart's point in the middle, and how much larger than where all of it fits. */
interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const [SMALLEST, LARGEST] = [0.4, 12];
/** Pixels for one of the chart's own at which its smallest text, of 11, still reads: a chart that fits only below starts larger. */
const READABLE = 0.8;
const SMALL = { width: 620, height: 400 } as const;
/** How far an arrow key moves, in pixels. */
const STEP_PX = 40;

/** The statechart with what is active, taken and possible; wheel and keys zoom, drag and arrows move. */
export function ChartView({ chart, state, taken, isRefused, openness }: Props) {
  const { width, height } = frameOf(chart);
  const whole: View = { x: chart.width / 2, y: chart.height / 2, scale: 1 };
  const svg = useRef<SVGSVGElement>(null);
  const body = useRef<SVGGElement>(null);
  const [view, setView] = useState(whole);
  const drag = useRef<{ readonly x: number; readonly y: number } | null>(null);

  useEffect(() => {
    if (body.current === null || svg.current === null) return;
    body.current.innerHTML = chart.body;
    const fit = fitOf(svg.current, chart);
    setView({ ...whole, scale: fit < READABLE ? READABLE / fit : 1 });
  }, [chart]);
  useEffect(() => {
    if (body.current !== null) highlight(body.current, { chart, state, taken, isRefused, openness });
  }, [chart, state, taken, isRefused, openness]);
  useEffect(() => {
    const card = body.current?.querySelector<SVGGElement>(`[data-state="${state}"]`);
    if (!card || svg.current === null) return;
    const { x, y, width: cardWidth, height: cardHeight } = card.getBBox();
    const fit = fitOf(svg.current, chart);
    const box = svg.current.getBoundingClientRect();
    setView((now) => {
      const isSeen = (middle: number, from: number, size: number, px: number) =>
        Math.max(middle - from, from + size - middle) * fit * now.scale <= px / 2;
      if (isSeen(now.x, x, cardWidth, box.width) && isSeen(now.y, y, cardHeight, box.height)) return now;
      return { ...now, x: x + cardWidth / 2, y: y + cardHeight / 2 };
    });
  }, [chart, state]);

  /** Zooms so that a point of the chart stays where it is. */
  const zoom = (factor: number, at?: { readonly x: number; readonly y: number }) =>
    setView((now) => {
      const scale = Math.min(LARGEST, Math.max(SMALLEST, now.scale * factor));
      const { x, y } = at ?? now;
      return { x: x + ((now.x - x) * now.scale) / scale, y: y + ((now.y - y) * now.scale) / scale, scale };
    });
  /** Moves the chart by so many pixels. */
  const move = (x: number, y: number) => {
    if (svg.current === null) return;
    const fit = fitOf(svg.current, chart);
    setView((now) => ({ ...now, x: now.x - x / fit / now.scale, y: now.y - y / fit / now.scale }));
  };
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(1.2),
    '=': () => zoom(1.2),
    '-': () => zoom(1 / 1.2),
    '0': () => setView(whole),
    ArrowLeft: () => move(STEP_PX, 0),
    ArrowRight: () => move(-STEP_PX, 0),
    ArrowUp: () => move(0, STEP_PX),
    ArrowDown: () => move(0, -STEP_PX),
  };
  const { x, y, scale } = view;
  return (
    <section class="stage" aria-label="Statechart">
      <div
        class="canvas"
        role="application"
        aria-label={`Statechart, in ${state}. Plus and minus zoom, arrows move, 0 fits.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is moved by keys
        tabIndex={0}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          act();
        }}
        onWheel={(event) => {
          event.preventDefault();
          const toChart = body.current?.getScreenCTM()?.inverse();
          const at = new DOMPoint(event.clientX, event.clientY);
          zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, toChart && at.matrixTransform(toChart));
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={(event) => {
          if (drag.current === null) return;
          move(event.clientX - drag.current.x, event.clientY - drag.current.y);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onLostPointerCapture={() => {
          drag.current = null;
        }}
      >
        <svg ref={svg} class="chart" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <g
            ref={body}
            transform={`translate(${width / 2 - x * scale} ${height / 2 - y * scale}) scale(${scale})`}
          />
        </svg>
      </div>
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(1.2)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / 1.2)}>
          −
        </button>
        <button type="button" onClick={() => setView(whole)}>
          Fit
        </button>
      </div>
    </section>
  );
}

/** What the drawing has room for: a small chart is not blown up to fill the screen. */
function frameOf({ width, height }: ChartDocument) {
  return { width: Math.max(width, SMALL.width), height: Math.max(height, SMALL.height) };
}

/** Pixels for one of the chart's own where all of it fits. */
function fitOf(svg: SVGSVGElement, chart: ChartDocument): number {
  const { width, height } = frameOf(chart);
  const box = svg.getBoundingClientRect();
  return Math.min(box.width / width, box.height / height);
}

function highlight(body: SVGGElement, { chart, state, taken, isRefused, openness }: Props): void {
  const open = new Set(openness.filter(({ isOpen }) => isOpen).map(({ id }) => id));
  for (const element of body.querySelectorAll<SVGElement>('[data-state]')) {
    const name = element.dataset['state'] ?? '';
    element.classList.toggle('active', name !== '' && (state === name || state.startsWith(`${name}.`)));
    element.classList.toggle('refused', isRefused && state === name);
  }
  for (const element of body.querySelectorAll<SVGElement>('[data-edge]')) {
    const ids = chart.edges.find(({ id }) => id === element.dataset['edge'])?.transitions ?? [];
    element.classList.toggle('taken', taken !== null && ids.includes(taken));
    element.classList.toggle('dim', !ids.some((id) => open.has(id)));
  }
  for (const element of body.querySelectorAll<SVGElement>('[data-transition]')) {
    const id = element.dataset['transition'] ?? '';
    element.classList.toggle('taken', id === taken);
    element.classList.toggle('dim', !open.has(id) && id !== taken);
  }
}
