import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { View } from './address.ts';
import type { ViewProps } from './view-props.ts';

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
  const [loaded, setLoaded] = useState<{ view: View; Component: ComponentType<ViewProps> } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    setProblem(null);
    LOADERS[view]().then(
      (Component) => isWanted && setLoaded({ view, Component }),
      () => isWanted && setProblem('This view could not be loaded. Load the page again.'),
    );
    return () => {
      isWanted = false;
    };
  }, [view]);
  if (problem !== null) return <p class="notice">{problem}</p>;
  if (loaded === null || loaded.view !== view) return <p class="notice">Loading…</p>;
  return <loaded.Component {...props} />;
}
