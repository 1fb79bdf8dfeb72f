import type { DataOf } from '../events/catalogue.ts';

/** Whether the war is on. A theatre's phase reaches its contingents inside the machine event (DESIGN 3). */
export type Phase =
  | { readonly name: 'hostilities' }
  | {
      readonly name: 'ended';
      readonly variant: DataOf<'war.ended'>['variant'];
      readonly foreignTroopsBarred: boolean;
    };

export const HOSTILITIES: Phase = { name: 'hostilities' };
