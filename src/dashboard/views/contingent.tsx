import { useState } from 'preact/hooks';
import { hrefOf } from '../address.ts';
import { type ContingentItem, nameOf, type Page, readPages, type SourcedStep, useAnswer } from '../api.ts';
import { Export, type Fetched } from '../export.tsx';
import { HistoryList } from '../history-list.tsx';
import { PATHWAY_NAMES } from '../pathways.ts';
import { Source } from '../source.tsx';
import { Statechart } from '../statechart.tsx';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { estimate, number, rating, stateText } from '../wording.ts';

/** The most steps that are taken away at once. */
const MOST = 20_000;

/** One contingent: what it is, where it stands in its statechart, and what happened to it, with sources. */
export function ContingentView({ roll, live, address, id }: ViewProps & { readonly id: string }) {
  const name = nameOf(roll);
  const seq = live.distribution?.seq ?? 0;
  const path = `/api/rolls/${name}/contingents?only=${encodeURIComponent(id)}`;
  const answer = useAnswer<Page<ContingentItem, string>>(path, seq);
  const [step, setStep] = useState<SourcedStep | null>(null);
  const back = hrefOf({ ...address, contingent: null });
  if (answer.state === 'loading') return <Waiting what={`Loading ${id}`} />;
  const item = answer.state === 'there' ? answer.value.items[0] : undefined;
  if (item === undefined) {
    return (
      <section class="notice">
        <h2>No contingent {id}</h2>
        <p>
          {answer.state === 'failed' ? answer.message : `There is none of that name on ${name}.`}{' '}
          <a href={back}>All contingents</a>
        </p>
      </section>
    );
  }
  const at = step?.seq ?? item.last?.seq ?? null;
  const type = step?.event.type ?? item.last?.event.type ?? '';
  const link = (contingent: string) => (
    <a href={hrefOf({ roll: name, view: 'contingents', contingent, day: null })}>{contingent}</a>
  );
  return (
    <>
      <section class="card" aria-labelledby="contingent">
        <div class="heading">
          <h2 id="contingent">{item.id}</h2>
          <a href={back}>All contingents</a>
        </div>
        <dl class="standing">
          <Fact name="State" value={stateText(item.state)} />
          <Fact name="Pathway" value={item.pathway === null ? 'none: closed' : PATHWAY_NAMES[item.pathway]} />
          <Fact name="Strength" value={estimate(item.strength)} />
          <Fact name="Place" value={item.place ?? 'not said'} />
          <Fact name="Reliability" value={item.reliability} />
          <Fact name="Killed" value={number(item.killed)} />
          <Fact name="Missing" value={number(item.missing)} />
          <Fact name="Wounded" value={number(item.wounded)} />
          <Fact name="Unaccounted" value={number(item.unaccounted)} />
        </dl>
        <p>
          {item.strengthFrom !== null && (
            <>
              {estimate(item.strength)}: <Source event={item.strengthFrom.event} />.{' '}
            </>
          )}
          {item.parent !== null && <>Detached from {link(item.parent)}. </>}
        </p>
        {item.children > 0 && <Detached roll={name} id={id} seq={seq} />}
      </section>
      {at !== null && (
        <section class="card" aria-labelledby="statechart">
          <div class="heading">
            <h2 id="statechart">Its statechart</h2>
            {step !== null && (
              <button type="button" onClick={() => setStep(null)}>
                Where it stands now
              </button>
            )}
          </div>
          <Statechart
            roll={name}
            contingent={id}
            seq={at}
            type={type}
            state={step?.to ?? item.state}
            pathway={step === null ? item.pathway : step.toPathway}
          />
        </section>
      )}
      <section class="card" aria-labelledby="history">
        <div class="heading">
          <h2 id="history">What happened to it</h2>
          {live.distribution !== null && (
            <Export
              roll={roll}
              distribution={live.distribution}
              what={`History of ${id}`}
              rows={() => fetchSteps(name, id)}
            />
          )}
        </div>
        <p class="quiet">A number chooses what the statechart shows.</p>
        <HistoryList roll={name} contingent={id} seq={seq} show={setStep} shown={at} />
      </section>
    </>
  );
}

/** Every step of a contingent as lines of data, as far as they fit in one file. */
async function fetchSteps(roll: string, id: string): Promise<Fetched> {
  const path = `/api/rolls/${roll}/contingents/${encodeURIComponent(id)}/history`;
  const { items, isWhole } = await readPages<SourcedStep>(path, MOST);
  const rows = items.map(({ seq, from, to, fromPathway, toPathway, strength, event }) => ({
    seq,
    type: event.type,
    time: event.time,
    observedtime: event.observedtime,
    from,
    to,
    fromPathway,
    toPathway,
    low: strength.low,
    best: strength.best,
    high: strength.high,
    said: event.basis,
    reporter: event.reporter,
    reporturl: event.reporturl,
    rating: rating(event),
    claim: event.claim,
    note: event.note,
  }));
  return { rows, selection: isWhole ? undefined : `the first ${number(MOST)} steps; there are more` };
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Detached({ roll, id, seq }: { readonly roll: string; readonly id: string; readonly seq: number }) {
  const path = `/api/rolls/${roll}/contingents?parent=${encodeURIComponent(id)}&limit=50`;
  const answer = useAnswer<Page<ContingentItem, string>>(path, seq);
  if (answer.state !== 'there') return null;
  return (
    <p>
      Detached from it:{' '}
      {answer.value.items.map((child, place) => (
        <span key={child.id}>
          {place > 0 && ', '}
          <a href={hrefOf({ roll, view: 'contingents', contingent: child.id, day: null })}>{child.id}</a>
        </span>
      ))}
      {answer.value.next !== null && ' and more'}.
    </p>
  );
}
