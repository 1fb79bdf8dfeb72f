import { describe, expect, test } from 'vitest';
import { deployed, event, ROLL, startBench } from './bench.ts';

describe('/metrics', () => {
  test('numbers of the roll as it stands', async () => {
    const { ask, post } = await startBench();
    await post(deployed('alpha', { low: 90, best: 100, high: 120 }));
    await post(event('casualty.recorded', 'alpha', { killed: 7, wounded: 3 }));
    await post(event('contingent.arrived', 'alpha', {}));

    const response = await ask('/metrics');
    const text = await response.text();

    const roll = 'theatre="ukraine",timeline="record",basis="reported"';
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain(`muster_roll_strength_persons{${roll},pathway="deployed",bound="best"} 93\n`);
    expect(text).toContain(`muster_roll_strength_persons{${roll},pathway="deployed",bound="high"} 113\n`);
    expect(text).toContain(`muster_roll_strength_persons{${roll},pathway="captured",bound="low"} 0\n`);
    expect(text).toContain(`muster_roll_losses_persons{${roll},kind="killed"} 7\n`);
    expect(text).toContain(`muster_roll_balance_persons{${roll}} 0\n`);
    expect(text).toContain(`muster_roll_events{${roll},verdict="accepted"} 2\n`);
    expect(text).toContain(`muster_roll_log_seq{${roll}} 2\n`);
    expect(text).toContain(`muster_roll_is_current{${roll}} 1\n`);
    expect(text).toContain('muster_submissions_total{kind="accepted",code=""} 2\n');
    expect(text).toContain('muster_submissions_total{kind="refused",code="not-allowed"} 1\n');
    expect(text).toContain(
      'muster_http_request_duration_seconds_count{method="POST",route="/api/rolls/:theatre/:timeline/events",status="201"} 2\n',
    );
    expect(text).toMatch(/\nprocess_cpu_user_seconds_total \d/);
  });

  test('refusals in the log by code, and streams that are open', async () => {
    const { ask, post, log } = await startBench();
    await post(deployed('alpha', 10));
    const bytes = Buffer.from('not json');
    await log.append({ theatre: 'ukraine', timeline: 'record' }, [{ entity: 'alpha', identity: 'x', bytes }]);
    const reading = new AbortController();
    await ask(`${ROLL}/stream`, { signal: reading.signal });

    const numbers = async () => (await ask('/metrics')).text();

    await expect
      .poll(numbers)
      .toContain(
        'muster_roll_refusals{theatre="ukraine",timeline="record",basis="reported",code="malformed"} 1\n',
      );
    expect(await numbers()).toContain('muster_sse_clients 1\n');
    reading.abort();
    await expect.poll(numbers).toContain('muster_sse_clients 0\n');
  });

  test('how the service does: appends, entries, refusals as they come, what is behind', async () => {
    const { ask, post, log } = await startBench();
    await post(deployed('alpha', 10));
    await post(event('contingent.arrived', 'alpha', {}));
    const bytes = Buffer.from('not json');
    await log.append({ theatre: 'ukraine', timeline: 'record' }, [{ entity: 'alpha', identity: 'x', bytes }]);
    const numbers = async () => (await ask('/metrics')).text();

    await expect.poll(numbers).toContain('muster_entries_refused_total{code="malformed"} 1\n');
    const text = await numbers();
    const roll = 'theatre="ukraine",timeline="record",basis="reported"';
    expect(text).toContain('muster_entries_folded_total 2\n');
    expect(text).toContain('muster_append_duration_seconds_count{result="appended"} 1\n');
    // The first may have been there when the roll was found.
    expect(text).toMatch(/^muster_entry_age_seconds_count [12]$/m);
    expect(text).toContain(`muster_roll_lag_entries{${roll}} 0\n`);
    expect(text).toContain(`muster_roll_is_faulted{${roll}} 0\n`);
    expect(text).toContain('muster_ready 1\n');
    expect(text).toContain('muster_readers_dropped_total 0\n');
  });

  test('the numbers of a what-if say so', async () => {
    const { ask } = await startBench();
    const about = { title: 'A what-if', basis: 'hypothetical', base: null };
    const headers = { 'content-type': 'application/json' };
    await ask('/api/rolls/ukraine/garrison', { method: 'PUT', headers, body: JSON.stringify(about) });

    const lines = (await (await ask('/metrics')).text()).split('\n');

    const ofRolls = lines.filter((line) => line.startsWith('muster_roll_'));
    expect(ofRolls.length).toBeGreaterThan(27);
    expect(ofRolls.filter((line) => !line.includes('basis="hypothetical"'))).toEqual([]);
  });

  test('two servers in one process keep their numbers apart', async () => {
    const [one, other] = [await startBench(), await startBench()];
    await one.post(deployed('alpha', 10));

    expect(await (await one.ask('/metrics')).text()).toContain('muster_roll_log_seq{');
    expect(await (await other.ask('/metrics')).text()).not.toContain('muster_roll_log_seq{');
  });
});
