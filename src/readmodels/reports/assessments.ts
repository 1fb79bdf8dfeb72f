import type { Transition } from '../../roll/outcome.ts';
import { DatedEvents, type Heading } from './dated-events.ts';
import type { Table } from './report.ts';

/** Analysts' own judgements, all or those about some things: listed, never computed with. */
export class Assessments {
  readonly #isAbout: (about: string) => boolean;
  readonly #list = new DatedEvents([
    { id: 'about', title: 'About', kind: 'text' },
    { id: 'value', title: 'Value', kind: 'rating' },
    { id: 'scale', title: 'Scale', kind: 'text' },
    { id: 'why', title: 'Why', kind: 'text' },
  ]);

  constructor(isAbout: (about: string) => boolean = () => true) {
    this.#isAbout = isAbout;
  }

  apply(transition: Transition): void {
    const { event } = transition;
    if (event.type !== 'assessment.made' || !this.#isAbout(event.data.about)) return;
    const { about, value, scale, why } = event.data;
    this.#list.add(transition, { about, value, scale, why });
  }

  /** By what they are about, then by time. */
  table(heading: Heading): Table {
    return this.#list.table(heading, 'about');
  }
}
