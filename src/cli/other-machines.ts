import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { contingentMachine } from '../../machines/contingent.ts';
import { theatreMachine } from '../../machines/theatre.ts';
import type { Machines } from '../roll/kernels.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

/** Where the machines are in what may be named: a build, its `dist`, or a folder of machines. */
const FOLDERS = ['dist/machines', 'machines', '.'];

/** The machines of this build (`current`), or of another in a directory; what is none ends the command. */
export async function loadMachines(name: string): Promise<Machines> {
  if (name === 'current') return { theatre: theatreMachine, contingent: contingentMachine };
  const folder = FOLDERS.map((under) => resolve(name, under)).find((path) =>
    existsSync(join(path, 'contingent.js')),
  );
  if (folder === undefined) {
    const message = `${printable(name)} has no built machines (contingent.js, theatre.js); name a directory where npm run build ran, or current`;
    throw new CommandFailure(EXIT.inputWrong, message);
  }
  return {
    theatre: await machineIn(join(folder, 'theatre.js'), 'theatreMachine', theatreMachine),
    contingent: await machineIn(join(folder, 'contingent.js'), 'contingentMachine', contingentMachine),
  };
}

/** The machine that a module exports, held to be of the same kind as ours: a statechart with the same id. */
async function machineIn<M extends { readonly id: string }>(file: string, name: string, ours: M): Promise<M> {
  const isMachine = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    value.id === ours.id &&
    'transition' in value &&
    typeof value.transition === 'function';
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
    return z.custom<M>(isMachine, `exports no ${name}`).parse(module[name]);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues[0]?.message : String(cause);
    throw new CommandFailure(EXIT.inputWrong, `${printable(file)}: ${why}`, { cause });
  }
}
