import { z } from 'zod';
import { named } from './named-schemas.ts';

export const health = named('Health', 'The process answers', z.strictObject({ status: z.literal('ok') }));
export const readiness = named(
  'Readiness',
  'Every roll is current and the log can be reached',
  z.strictObject({ status: z.literal('ready') }),
);
