import { RollModel } from '../readmodels/roll-document.ts';
import type { Transition } from '../roll/outcome.ts';

/** The roll document's read models, and whether any of it is a what-if. */
export class ReplayModel extends RollModel {
  isHypothetical = false;

  override apply(transition: Transition): void {
    super.apply(transition);
    this.isHypothetical ||= transition.event.envelope.basis === 'hypothetical';
  }
}
