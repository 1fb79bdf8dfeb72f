import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Many files start a nats-server, a service or a browser: two at once is what two cores carry.
    pool: 'forks',
    maxWorkers: 2,
    // Guards against what hangs, not expectations of speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
