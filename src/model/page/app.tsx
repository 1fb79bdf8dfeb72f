import { useEffect } from 'preact/hooks';
import chart from '../../../machines/contingent.svg';
import { goToAnchor } from './anchors.ts';
import { Guards, Reports, States, Types } from './parts.tsx';
import { Company, Pathways } from './pathways.tsx';
import { type Shown, useShown } from './read.ts';
import { References } from './references.tsx';
import { Statements } from './statements.tsx';

const SECTIONS = [
  ['pathways', 'Pathways'],
  ['statements', 'Statements'],
  ['states', 'States'],
  ['guards', 'Guards'],
  ['events', 'Events'],
  ['reports', 'Reports'],
  ['reference', 'Reference data'],
] as const;

/** The model page: what the project is made for, and where each part of that has its place. */
export function App() {
  const reading = useShown();
  const isThere = reading.state === 'there';
  useEffect(() => {
    if (isThere) goToAnchor();
  }, [isThere]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the model
      </a>
      <header class="top">
        <p class="brand">Muster</p>
        <nav class="pages" aria-label="Pages">
          <a href="/">Dashboard</a>
          <a href="/inspector">Inspector</a>
          <a href="/model" aria-current="page">
            The model
          </a>
        </nav>
      </header>
      <nav class="views" aria-label="On this page">
        {SECTIONS.map(([id, title]) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        <div class="title">
          <h1>The model</h1>
          <p>
            What becomes of the troops when the war ends: every statement, where it has its place, and an
            event in which it happens.
          </p>
        </div>
        {reading.state === 'loading' && <p class="notice">Loading the model…</p>}
        {reading.state === 'failed' && (
          <p class="notice" role="alert">
            The model cannot be shown: {reading.message}. Load the page again.
          </p>
        )}
        {isThere && <Model {...reading.value} />}
      </main>
      <footer>
        <a href="/api/model">The model as JSON</a>
        <a href="/api/reference">Reference data as JSON</a>
        <a href="/openapi.json">OpenAPI</a>
      </footer>
    </>
  );
}

function Model({ model, reference, rolls }: Shown) {
  return (
    <>
      <section class="card" aria-labelledby="pathways">
        <h2 id="pathways">Pathways</h2>
        <Pathways model={model} />
        <Company text={model.company} />
        <figure class="machine">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
          <section class="drawn" tabIndex={0} aria-label="The statechart of a contingent">
            <img src={chart} alt="The statechart of a contingent; its states and guards are listed below" />
          </section>
          <figcaption class="quiet">
            The statechart of a contingent, as the machine itself draws it.
          </figcaption>
        </figure>
      </section>
      <section class="card" aria-labelledby="statements">
        <h2 id="statements">Statements</h2>
        <Statements model={model} rolls={rolls} />
      </section>
      <section class="card" aria-labelledby="states">
        <h2 id="states">States</h2>
        <States model={model} />
      </section>
      <section class="card" aria-labelledby="guards">
        <h2 id="guards">Guards</h2>
        <Guards model={model} />
      </section>
      <section class="card" aria-labelledby="events">
        <h2 id="events">Events</h2>
        <Types model={model} />
      </section>
      <section class="card" aria-labelledby="reports">
        <h2 id="reports">Reports</h2>
        <Reports model={model} rolls={rolls} />
      </section>
      <section class="card" aria-labelledby="reference">
        <h2 id="reference">Reference data</h2>
        <References model={model} reference={reference} />
      </section>
    </>
  );
}
