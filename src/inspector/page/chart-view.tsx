import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart, Openness } from './api.ts';

interface Props {
  readonly chart: Chart;
  /** Dotted name of the active leaf. */
  readonly state: string;
  readonly taken: string | null;
  readonly isRefused: boolean;
  readonly openness: readonly Openness[];
}

const WHOLE = { x: 0, y: 0, scale: 1 };

/** The statechart with what is active, taken and possible; wheel and keys zoom, drag and arrows move. */
export function ChartView({ chart, state, taken, isRefused, openness }: Props) {
  const body = useRef<SVGGElement>(null);
  const [view, setView] = useState(WHOLE);
  const drag = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    if (body.current !== null) body.current.innerHTML = chart.body;
  }, [chart]);
  useEffect(() => {
    const byId = new Map(openness.map((one) => [one.id, one]));
    const isOpen = (id: string) => byId.get(id)?.isOpen === true;
    for (const element of body.current?.querySelectorAll<SVGElement>('[data-state]') ?? []) {
      const name = element.dataset['state'] ?? '';
      element.classList.toggle('active', name !== '' && (state === name || state.startsWith(`${name}.`)));
      element.classList.toggle('refused', isRefused && state === name);
    }
    for (const element of body.current?.querySelectorAll<SVGElement>('[data-edge]') ?? []) {
      const ids = chart.edges.find(({ id }) => id === element.dataset['edge'])?.transitions ?? [];
      element.classList.toggle('taken', taken !== null && ids.includes(taken));
      element.classList.toggle('dim', !ids.some(isOpen));
    }
    for (const element of body.current?.querySelectorAll<SVGElement>('[data-transition]') ?? []) {
      const id = element.dataset['transition'] ?? '';
      element.classList.toggle('taken', id === taken);
      element.classList.toggle('dim', !isOpen(id) && id !== taken);
    }
  }, [chart, state, taken, isRefused, openness]);

  const zoom = (factor: number) =>
    setView((now) => ({ ...now, scale: Math.min(6, Math.max(0.4, now.scale * factor)) }));
  const move = (x: number, y: number) => setView((now) => ({ ...now, x: now.x + x, y: now.y + y }));
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(1.2),
    '=': () => zoom(1.2),
    '-': () => zoom(1 / 1.2),
    '0': () => setView(WHOLE),
    ArrowLeft: () => move(40, 0),
    ArrowRight: () => move(-40, 0),
    ArrowUp: () => move(0, 40),
    ArrowDown: () => move(0, -40),
  };
  const { width, height } = chart;
  const centre = `translate(${view.x + (width / 2) * (1 - view.scale)} ${view.y + (height / 2) * (1 - view.scale)}) scale(${view.scale})`;
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
          if (act === undefined) return;
          event.preventDefault();
          act();
        }}
        onWheel={(event) => {
          event.preventDefault();
          zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
        }}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={(event) => {
          if (drag.current === null) return;
          move(event.clientX - drag.current.x, event.clientY - drag.current.y);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
      >
        <svg class="chart" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <g ref={body} transform={centre} />
        </svg>
      </div>
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(1.2)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / 1.2)}>
          −
        </button>
        <button type="button" onClick={() => setView(WHOLE)}>
          Fit
        </button>
      </div>
    </section>
  );
}
