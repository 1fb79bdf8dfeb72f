import { useState } from 'preact/hooks';
import type { Pathway } from '../../../events/vocabulary.ts';
import type { DistributionDocument } from '../../readmodels/roll-document.ts';
import { nameOf } from '../api.ts';
import { Behind, type Loss } from '../behind.tsx';
import { PATHWAY_NAMES, PATHWAYS } from '../pathways.ts';
import type { ViewProps } from '../view-props.ts';
import { contingents, day, estimate, number, phaseText } from '../wording.ts';

const LOSSES: Readonly<Record<Loss, string>> = {
  killed: 'Killed',
  missing: 'Missing',
  wounded: 'Wounded, on strength',
  unaccounted: 'Unaccounted',
};

const isLoss = (name: string): name is Loss => Object.hasOwn(LOSSES, name);

/** Who stands where at this moment, and what is known to be lost. */
export function Now({ roll, live: { distribution } }: ViewProps) {
  const [opened, setOpened] = useState<string | null>(null);
  if (distribution === null) return <p class="notice">Reading the roll…</p>;
  const toggle = (name: string) => setOpened(opened === name ? null : name);
  const { seq } = distribution;
  const name = nameOf(roll);
  return (
    <>
      <Headlines distribution={distribution} opened={opened} toggle={toggle} />
      {opened !== null && isLoss(opened) && (
        <section class="card opened" aria-label={`Behind ${LOSSES[opened]}`}>
          <Behind roll={name} query={`having=${opened}`} loss={opened} seq={seq} />
        </section>
      )}
      {opened === 'balance' && <Balance distribution={distribution} />}
      <section class="card" aria-labelledby="where">
        <div class="heading">
          <h2 id="where">Where they stand</h2>
        </div>
        <p class="quiet">
          Best estimate, with its range from low to high. In a bar the pale part is the range, the line the
          best estimate. A share is one of all on the roll. Open a row to see who says so.
        </p>
        <ul class="pathways">
          {PATHWAYS.map((pathway) => (
            <li key={pathway} data-pathway={pathway}>
              <Row
                distribution={distribution}
                pathway={pathway}
                isOpen={opened === pathway}
                toggle={() => toggle(pathway)}
              />
              {opened === pathway && <Behind roll={name} query={`pathway=${pathway}`} seq={seq} />}
            </li>
          ))}
          <li class="total">
            <Total distribution={distribution} />
          </li>
        </ul>
      </section>
    </>
  );
}

interface HeadlineProps {
  readonly distribution: DistributionDocument;
  readonly opened: string | null;
  readonly toggle: (name: string) => void;
}

function Headlines({ distribution, opened, toggle }: HeadlineProps) {
  const { losses, unaccounted, balance, phase, time, seq, inflow } = distribution;
  const numbers: Readonly<Record<Loss, number>> = { ...losses, unaccounted };
  return (
    <ul class="headlines" aria-label="Headline numbers">
      <li>
        <div class="fact">
          <span>Phase</span>
          <b id="phase">{phaseText(phase)}</b>
        </div>
      </li>
      <li>
        <div class="fact">
          <span>Latest event</span>
          <b id="time">{time === null ? 'none' : day(time)}</b>
          <small>
            <span id="seq">{number(seq)}</span> entries in the log
          </small>
        </div>
      </li>
      <li>
        <div class="fact">
          <span>Sent in all</span>
          <b id="inflow">{estimate(inflow)}</b>
        </div>
      </li>
      {Object.entries(LOSSES).map(
        ([loss, label]) =>
          isLoss(loss) && (
            <li key={loss}>
              <button
                type="button"
                class="fact"
                aria-expanded={opened === loss}
                data-loss={numbers[loss] === 0 ? undefined : loss}
                onClick={() => toggle(loss)}
              >
                <span>{label}</span>
                <b id={loss}>{number(numbers[loss])}</b>
              </button>
            </li>
          ),
      )}
      <li>
        <button
          type="button"
          class="fact"
          aria-expanded={opened === 'balance'}
          onClick={() => toggle('balance')}
        >
          <span>Balance</span>
          <b id="balance">{number(balance)}</b>
          <small>{balance === 0 ? 'every head accounted for' : 'heads made or lost'}</small>
        </button>
      </li>
    </ul>
  );
}

function Balance({ distribution }: { readonly distribution: DistributionDocument }) {
  const { inflow, losses, unaccounted, balance } = distribution;
  return (
    <section class="card opened" aria-label="Behind the balance">
      <p>
        {number(inflow.best)} sent = {number(totalOf(distribution).best)} on the roll +{' '}
        {number(losses.killed)} killed + {number(losses.missing)} missing + {number(unaccounted)} unaccounted;
        what is left over: {number(balance)}.
      </p>
      <p class="quiet">
        Best estimates are conserved after every event. Unaccounted is what reassessments of strength found
        that no event explains: the gap between the ledger and the sources.
      </p>
    </section>
  );
}

interface RowProps {
  readonly distribution: DistributionDocument;
  readonly pathway: Pathway;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

function Row({ distribution, pathway, isOpen, toggle }: RowProps) {
  const strength = distribution.pathways[pathway];
  const total = totalOf(distribution).best;
  const full = Math.max(1, ...PATHWAYS.map((each) => distribution.pathways[each].high));
  const part = (persons: number) => `${(100 * persons) / full}%`;
  const share = total === 0 ? 0 : (100 * strength.best) / total;
  return (
    <button
      type="button"
      class="row"
      aria-expanded={isOpen}
      data-zero={strength.contingents === 0 || undefined}
      onClick={toggle}
    >
      <span class="name">{PATHWAY_NAMES[pathway]}</span>
      <span class="bar" aria-hidden="true">
        <i class="range" style={{ width: part(strength.high) }} />
        <i class="certain" style={{ width: part(strength.low) }} />
        {strength.low < strength.high && <i class="best" style={{ left: part(strength.best) }} />}
      </span>
      <span class="persons">{estimate(strength)}</span>
      <span class="share">{shareText(share)}</span>
      <span class="count">{contingents(strength.contingents)}</span>
    </button>
  );
}

function Total({ distribution }: { readonly distribution: DistributionDocument }) {
  const total = totalOf(distribution);
  return (
    <div class="row">
      <span class="name">On the roll</span>
      <span class="bar" hidden />
      <span class="persons" id="total">
        {estimate(total)}
      </span>
      <span class="share">{total.best === 0 ? shareText(0) : shareText(100)}</span>
      <span class="count">{contingents(total.contingents)}</span>
    </div>
  );
}

function totalOf({ pathways }: DistributionDocument) {
  const total = { low: 0, best: 0, high: 0, contingents: 0 };
  for (const pathway of PATHWAYS) {
    total.low += pathways[pathway].low;
    total.best += pathways[pathway].best;
    total.high += pathways[pathway].high;
    total.contingents += pathways[pathway].contingents;
  }
  return total;
}

function shareText(share: number): string {
  if (share === 0) return '0 %';
  return share < 0.1 ? '< 0.1 %' : `${share.toFixed(share < 10 ? 1 : 0)} %`;
}
