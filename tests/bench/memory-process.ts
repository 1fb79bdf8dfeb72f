// Says how many bytes a contingent takes: node --expose-gc memory-process.js ours|plain COUNT
import { readEvent } from '../../events/event.ts';
import { Fold } from '../../src/roll/fold.ts';
import { createKernels } from '../../src/roll/kernels.ts';
import { written } from './work.ts';

const [, , whose = 'ours', count = '1000'] = process.argv;
const contingents = Number(count);
const kernels = createKernels();

/** The contingents as a roll has them. */
function ours(): unknown {
  const fold = new Fold(kernels, {}, { apply: () => {} });
  let seq = 0;
  for (const { bytes } of written({ events: contingents, contingents, endsWar: false })) {
    const form = readEvent(bytes);
    if (form.ok) fold.take({ kind: 'fact', seq: ++seq, event: form.event });
  }
  return fold;
}

/** The same fields in plain objects in an array: written out, so that each has them in place. */
function plain(): unknown {
  const kept: object[] = [];
  for (const { bytes } of written({ events: contingents, contingents, endsWar: false })) {
    const form = readEvent(bytes);
    if (!form.ok || form.event.type !== 'contingent.deployed') continue;
    const { subject: id, data } = form.event;
    const { strength, kind, origin, area } = data;
    kept.push({
      id,
      state: 'deployed.staging',
      isFinal: false,
      strength,
      killed: 0,
      missing: 0,
      wounded: 0,
      unaccounted: 0,
      parent: null,
      kind,
      origin,
      background: null,
      reliability: 'mixed',
      area,
      territory: null,
      role: null,
      region: null,
      country: null,
      status: null,
      hostUnit: null,
      leadership: null,
      company: null,
      sponsor: null,
      host: null,
    });
  }
  return kept;
}

const used = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const make = whose === 'ours' ? ours : plain;
make(); // compiles what it takes, and is gone
const before = used();
const kept = [make()];
process.stdout.write(`${(used() - before) / contingents}\n`);
kept.pop();
