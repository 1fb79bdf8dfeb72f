import type { MusterEvent } from '../../../events/event.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { Carried } from './carried.ts';
import { byCodeUnit, DatedEvents } from './dated-events.ts';
import {
  DENYING_STATES,
  type DenialFacts,
  type DenyingState,
  deniabilityOf,
  letOut,
  NO_FACTS,
  together,
} from './denial-facts.ts';
import { NO_EVENT, type Row, type RowBasis, type Table } from './report.ts';

const RULE =
  'No event of this kind: the log has no exposure, confirmation, acknowledgement or denial at all, so nothing is known. ' +
  'Intact: it has some, and of these no exposure, no confirmation and no acknowledgement. Degraded: exposed, confirmed, or acknowledged by another ' +
  'or by nobody named, and not acknowledged by that state itself. Lost: that state itself acknowledged it. A denial ' +
  'afterwards restores nothing. States are told by the codes KP and RU, written exactly so. A fact that names no ' +
  'contingent concerns the whole roll, which is the row without a contingent, and every contingent with it. One that ' +
  'names a contingent concerns that one and the parts that leave it later. A contingent without such a fact stands as ' +
  'the roll does and is not listed. What-if rows count the reported facts too.';

/** The facts of each kind of row: a what-if's are its own and the reported ones. */
type ByBasis = Readonly<Record<RowBasis, DenialFacts>>;

const NO_FACTS_YET: ByBasis = { reported: NO_FACTS, hypothetical: NO_FACTS };

/** What a state can still deny; `NO_EVENT` where nobody told anything of the kind. */
export type Deniable = 'intact' | 'degraded' | 'lost' | typeof NO_EVENT;

/** What each state can still deny of the deployment (S51, S67). */
export class Deniability {
  readonly #list = new DatedEvents([
    { id: 'what', title: 'What', kind: 'text' },
    { id: 'by', title: 'By', kind: 'text' },
    { id: 'evidence', title: 'Evidence', kind: 'text' },
  ]);
  #roll = NO_FACTS_YET;
  /** Whether the log has an event of the kind at all. */
  readonly #isTold: Record<RowBasis, boolean> = { reported: false, hypothetical: false };
  readonly #contingents = new Carried<ByBasis>();
  /** Those that a fact was about, or the whole that they left. */
  readonly #named = new Set<string>();

  apply(transition: Transition): void {
    const { event, seq } = transition;
    this.#inherit(transition);
    const said = saidBy(event);
    if (said === null) return;
    this.#list.add(transition, said);
    this.#isTold.hypothetical = true;
    this.#isTold.reported ||= basisOf(event) === 'reported';
    if (event.type === 'deployment.denied') return;
    const acknowledgedBy = event.type === 'deployment.acknowledged' ? event.data.by : undefined;
    const facts = letOut(event.timeMs, seq, acknowledgedBy);
    if (event.subject === null) {
      this.#roll = withFacts(this.#roll, facts, basisOf(event));
    } else {
      const its = this.#contingents.of(event.subject) ?? NO_FACTS_YET;
      this.#contingents.set(event.subject, withFacts(its, facts, basisOf(event)));
      this.#named.add(event.subject);
    }
  }

  /** What a state can still deny of a contingent, or of the whole roll (null). */
  of(state: DenyingState, contingent: string | null, basis: RowBasis): Deniable {
    return this.#isTold[basis] ? deniabilityOf(this.#facts(contingent)[basis], state).level : NO_EVENT;
  }

  tables(): readonly Table[] {
    const contingents = [...this.#named].toSorted(byCodeUnit);
    return [
      {
        id: 'deniability',
        title: 'Deniability',
        about: RULE,
        columns: [
          { id: 'state', title: 'State', kind: 'text' },
          { id: 'contingent', title: 'Contingent', kind: 'contingent' },
          { id: 'deniability', title: 'Deniability', kind: 'text' },
          { id: 'since', title: 'Since', kind: 'date' },
        ],
        rows: [null, ...contingents].flatMap((contingent) => this.#rows(contingent)),
        omitted: 0,
        chart: null,
      },
      this.#list.table({
        id: 'exposures',
        title: 'Exposed, confirmed, acknowledged, denied',
        about:
          'Each exposure (exposure.revealed) and each confirmation, acknowledgement and denial of the deployment ' +
          '(deployment.confirmed, deployment.acknowledged, deployment.denied).',
      }),
    ];
  }

  /** A part takes over what had come out about its whole; one that a what-if made has no reported facts. */
  #inherit(transition: Transition): void {
    this.#contingents.apply(transition);
    for (const { contingent, before } of transition.moves) {
      const its = before === null ? this.#contingents.of(contingent) : undefined;
      if (its === undefined) continue;
      this.#named.add(contingent);
      if (basisOf(transition.event) === 'hypothetical')
        this.#contingents.set(contingent, { ...its, reported: NO_FACTS });
    }
  }

  #facts(contingent: string | null): ByBasis {
    const its = this.#contingents.of(contingent) ?? NO_FACTS_YET;
    return {
      reported: together(this.#roll.reported, its.reported),
      hypothetical: together(this.#roll.hypothetical, its.hypothetical),
    };
  }

  #rows(contingent: string | null): Row[] {
    const facts = this.#facts(contingent);
    const own = contingent === null ? this.#roll : (this.#contingents.of(contingent) ?? NO_FACTS_YET);
    const shown: Record<RowBasis, boolean> = {
      reported: contingent === null || own.reported.events.count > 0,
      hypothetical: facts.hypothetical.events.count > facts.reported.events.count,
    };
    return DENYING_STATES.flatMap((state) =>
      BASES.filter((basis) => shown[basis]).map((basis): Row => {
        const { sinceMs } = deniabilityOf(facts[basis], state);
        const deniability = this.of(state, contingent, basis);
        const since = sinceMs === null ? null : dayOf(sinceMs);
        return {
          basis,
          cells: { state, contingent, deniability, since },
          events: facts[basis].events,
        };
      }),
    );
  }
}

function withFacts(its: ByBasis, facts: DenialFacts, basis: RowBasis): ByBasis {
  return {
    reported: basis === 'reported' ? together(its.reported, facts) : its.reported,
    hypothetical: together(its.hypothetical, facts),
  };
}

/** What came out or was denied, by whom; null for any other event. */
function saidBy(event: MusterEvent): Record<'what' | 'by' | 'evidence', string | null> | null {
  switch (event.type) {
    case 'exposure.revealed':
      return { what: 'exposed', by: event.data.by ?? null, evidence: event.data.evidence };
    case 'deployment.confirmed':
      return { what: 'confirmed', by: event.data.by ?? null, evidence: null };
    case 'deployment.acknowledged':
      return { what: 'acknowledged', by: event.data.by ?? null, evidence: null };
    case 'deployment.denied':
      return { what: 'denied', by: event.data.by ?? null, evidence: null };
    default:
      return null;
  }
}
