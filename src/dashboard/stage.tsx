import type { ComponentType } from 'preact';
import type { View } from './address.ts';
import { usePart } from './parts.ts';
import type { ViewProps } from './view-props.ts';
import { Waiting } from './waiting.tsx';

type Loader = () => Promise<ComponentType<ViewProps>>;

/** Each view is a chunk of its own, loaded when it is first shown. */
const LOADERS: Readonly<Record<View, Loader>> = {
  now: () => import('./views/now.tsx').then(({ Now }) => Now),
  feed: () => import('./views/feed.tsx').then(({ Feed }) => Feed),
  contingents: () => import('./views/contingents.tsx').then(({ Contingents }) => Contingents),
  'over-time': () => import('./views/over-time.tsx').then(({ OverTime }) => OverTime),
  map: () => import('./views/map.tsx').then(({ TroopMap }) => TroopMap),
  flows: () => import('./views/flows.tsx').then(({ Flows }) => Flows),
  claims: () => import('./views/claims.tsx').then(({ Claims }) => Claims),
  timelines: () => import('./views/timelines.tsx').then(({ Timelines }) => Timelines),
  consequences: () => import('./views/consequences.tsx').then(({ Consequences }) => Consequences),
};

/** Shows the view that the address names. */
export function Stage(props: ViewProps) {
  const { view } = props.address;
  const part = usePart(view, LOADERS[view]);
  switch (part.state) {
    case 'loading':
      return <Waiting what="Loading" />;
    case 'failed':
      return (
        <section class="notice" role="alert">
          <p>{part.message}</p>
          <button type="button" onClick={part.again}>
            Try again
          </button>
        </section>
      );
    case 'there':
      return <part.value {...props} />;
    default:
      return part satisfies never;
  }
}
