import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Pathway } from '../../../events/vocabulary.ts';
import type { Headline } from '../../readmodels/grounds.ts';
import type { DistributionDocument } from '../../readmodels/roll-document.ts';
import { nameOf } from '../api.ts';
import { Behind, type Loss } from '../behind.tsx';
import { ExportNow } from '../export-now.tsx';
import { GroundList } from '../grounds.tsx';
import { PATHWAY_NAMES, PATHWAYS } from '../pathways.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { contingents, day, estimate, number, phaseText } from '../wording.ts';

const LOSSES: Readonly<Record<Loss, string>> = {
  killed: 'Killed',
  missing: 'Missing',
  wounded: 'Wounded, on strength',
  unaccounted: 'Unaccounted',
};

const HEADLINES: Readonly<Record<Headline, string>> = {
  phase: 'Phase',
  latest: 'Latest event',
  inflow: 'Sent in all',
};

const isHeadline = (name: string): name is Headline => Object.hasOwn(HEADLINES, name);
const isLoss = (name: string): name is Loss => Object.hasOwn(LOSSES, name);

/** Who stands where at this moment, and what is known to be lost. */
export function Now({ roll, live: { distribution } }: ViewProps) {
  const [opened, setOpened] = useState<string | null>(null);
  if (distribution === null) return <Waiting what="Reading the roll" />;
  const toggle = (name: string) => setOpened(opened === name ? null : name);
  const { seq } = distribution;
  const name = nameOf(roll);
  return (
    <>
      <Headlines distribution={distribution} opened={opened} toggle={toggle} />
      {opened !== null && isHeadline(opened) && (
        <section class="card opened" aria-label={`Behind ${HEADLINES[opened]}`}>
          <GroundList key={opened} roll={name} headline={opened} seq={seq} />
        </section>
      )}
      {opened !== null && isLoss(opened) && (
        <section class="card opened" aria-label={`Behind ${LOSSES[opened]}`}>
          <Behind key={opened} roll={name} query={`having=${opened}`} loss={opened} seq={seq} />
        </section>
      )}
      {opened === 'balance' && <Balance distribution={distribution} />}
      <section class="card" aria-labelledby="where">
        <div class="heading">
          <h2 id="where">Where they stand</h2>
          <ExportNow roll={roll} distribution={distribution} />
        </div>
        <p class="quiet">
          Best estimate, with its range from low to high. In a bar the pale part is the range, the line the
          best estimate. A share is one of all on the roll. Open a row to see who says so.
        </p>
        <ul class="pathways" data-wide={totalOf(distribution).high >= 1_000_000 || undefined}>
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
            <Total distribution={distribution} isOpen={opened === 'total'} toggle={() => toggle('total')} />
            {opened === 'total' && <Behind roll={name} query="" seq={seq} />}
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
        <Fact name="phase" label={HEADLINES.phase} opened={opened} toggle={toggle}>
          <b id="phase">{phaseText(phase)}</b>
        </Fact>
      </li>
      <li>
        <Fact name="latest" label={HEADLINES.latest} opened={opened} toggle={toggle}>
          <b id="time">{time === null ? 'none' : day(time)}</b>
          <small>
            <span id="seq">{number(seq)}</span> entries in the log
          </small>
        </Fact>
      </li>
      <li>
        <Fact name="inflow" label={HEADLINES.inflow} opened={opened} toggle={toggle}>
          <b id="inflow">{estimate(inflow)}</b>
        </Fact>
      </li>
      {Object.entries(LOSSES).map(
        ([loss, label]) =>
          isLoss(loss) && (
            <li key={loss}>
              <Fact name={loss} label={label} opened={opened} toggle={toggle} isLoss={numbers[loss] !== 0}>
                <b id={loss}>{number(numbers[loss])}</b>
              </Fact>
            </li>
          ),
      )}
      <li>
        <Fact name="balance" label="Balance" opened={opened} toggle={toggle}>
          <b id="balance">{number(balance)}</b>
          <small>{balance === 0 ? 'every head accounted for' : 'heads made or lost'}</small>
        </Fact>
      </li>
    </ul>
  );
}

interface FactProps extends Omit<HeadlineProps, 'distribution'> {
  readonly name: string;
  readonly label: string;
  readonly isLoss?: boolean;
  readonly children: ComponentChildren;
}

/** A headline that opens to what is behind it. */
function Fact({ name, label, isLoss = false, opened, toggle, children }: FactProps) {
  return (
    <button
      type="button"
      class="fact"
      aria-expanded={opened === name}
      data-loss={isLoss || undefined}
      onClick={() => toggle(name)}
    >
      <span>{label}</span>
      {children}
    </button>
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

function Total({ distribution, isOpen, toggle }: Omit<RowProps, 'pathway'>) {
  const total = totalOf(distribution);
  return (
    <button type="button" class="row" aria-expanded={isOpen} onClick={toggle}>
      <span class="name">On the roll</span>
      <span class="bar" hidden />
      <span class="persons" id="total">
        {estimate(total)}
      </span>
      <span class="share">{total.best === 0 ? shareText(0) : shareText(100)}</span>
      <span class="count">{contingents(total.contingents)}</span>
    </button>
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
