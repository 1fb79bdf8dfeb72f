import { z } from 'zod';
import { startScript } from './processes.ts';

const secondSchema = z.object({ atS: z.number(), fsyncMs: z.number(), timerMs: z.number() });
type Second = z.infer<typeof secondSchema>;

/** What a process of its own, which asks for next to nothing, got of the disk and of the processors. */
export interface MachineProbe {
  /** The worst of some seconds of the machine's clock and of those before and after; of all, unless given. */
  worst(seconds?: ReadonlySet<number>): Pick<Second, 'fsyncMs' | 'timerMs'>;
  end(): Promise<void>;
}

/** Starts to look at the machine, and at the disk of a directory. */
export function probeMachine(directory: string): MachineProbe {
  const running = startScript('machine-probe-process.ts', [directory]);
  const seen: Second[] = [];
  running.onLine((line) => seen.push(secondSchema.parse(JSON.parse(line))));
  return {
    worst(seconds) {
      const isMeant = ({ atS }: Second) =>
        seconds === undefined || [atS - 1, atS, atS + 1].some((one) => seconds.has(one));
      const most = (of: (second: Second) => number) => Math.max(0, ...seen.filter(isMeant).map(of));
      return { fsyncMs: most(({ fsyncMs }) => fsyncMs), timerMs: most(({ timerMs }) => timerMs) };
    },
    end: () => running.signal('SIGKILL'),
  };
}
