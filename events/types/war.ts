import { z } from 'zod';
import { define } from '../definition.ts';
import { text, texts } from '../vocabulary.ts';

export const warVariant = z.enum(['ceasefire', 'armistice', 'frozen-conflict', 'peace-treaty']);

const ending = z.strictObject({
  variant: warVariant,
  foreignTroopsBarred: z.boolean().default(false),
  agreement: text.optional(),
});

/** Facts about the war itself: they move the theatre and fan out to its contingents (DOMAIN 3). */
export const warEvents = [
  define(
    'war.ended',
    'theatre',
    'none',
    'The war ended: by ceasefire, armistice, freezing or treaty',
    ending,
  ),
  define(
    'war.ending-changed',
    'theatre',
    'none',
    'The way the war ended changed, or whether foreign troops are barred',
    ending,
  ),
  define('war.resumed', 'theatre', 'none', 'Hostilities resumed', z.strictObject({ cause: text.optional() })),
  define(
    'tension.flared',
    'theatre',
    'none',
    'Tension flared up in an area: its garrisons are on the front line',
    z.strictObject({ area: text, opposing: texts.optional(), natoContact: z.boolean().optional() }),
  ),
  define(
    'tension.eased',
    'theatre',
    'none',
    'Tension eased in an area: its garrisons stand down when the war is over',
    z.strictObject({ area: text }),
  ),
] as const;
