// The live page: one roll, kept up to date by its event stream. Text goes in as text, never as markup.

const PATHWAYS = {
  deployed: 'Deployed',
  'war-ended': 'War ended',
  repatriated: 'Repatriated',
  're-educated': 'Re-educated',
  garrisoned: 'Garrisoned',
  integrated: 'Integrated',
  'pmc-transferred': 'Private military',
  defected: 'Defected',
  captured: 'Captured',
};

const BASES = {
  hypothetical: ['HYPOTHETICAL', 'A what-if. From where it leaves its base, nothing here has happened.'],
  assessed: ['ASSESSED', "An analyst's judgement, not a report."],
};

const VARIANTS = {
  ceasefire: 'ceasefire',
  armistice: 'armistice',
  'frozen-conflict': 'frozen conflict',
  'peace-treaty': 'peace treaty',
};

// On a narrow screen rows are laid out as grids, and some browsers then forget that they are a table's.
const TABLE_ROLES = {
  table: 'table',
  'thead, tbody, tfoot': 'rowgroup',
  tr: 'row',
  'thead th': 'columnheader',
  'tbody th, tfoot th': 'rowheader',
  td: 'cell',
};

const TRANSITIONS_SHOWN = 12;
const ROLLS_EVERY_MS = 10_000;
const RETRY_MS = 3_000;

const number = new Intl.NumberFormat('en');
const $ = (id) => document.getElementById(id);

let rolls = [];
let chosen = null;
let stream = null;
let retry = null;

/** An element with a class, attributes and children; strings become text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const nameOf = ({ theatre, timeline }) => `${theatre}/${timeline}`;

/** "10,000 (9,000–11,000)"; the range only where there is one. */
function estimateParts({ low, best, high }) {
  if (low === best && best === high) return [number.format(best)];
  return [
    `${number.format(best)} `,
    element('span', { class: 'range' }, `(${number.format(low)}–${number.format(high)})`),
  ];
}

function buildRows() {
  for (const [pathway, name] of Object.entries(PATHWAYS)) {
    const parts = ['range', 'certain', 'best'].map((part) => element('i', { class: part }));
    const bar = element('div', { class: 'bar', 'aria-hidden': 'true' }, ...parts);
    $('pathways').append(
      element(
        'tr',
        { 'data-pathway': pathway },
        element('th', { scope: 'row' }, name),
        element('td', { class: 'bar-cell' }, bar),
        element('td', { class: 'number persons' }),
        element('td', { class: 'number count' }),
      ),
    );
  }
  for (const [selector, role] of Object.entries(TABLE_ROLES)) {
    for (const part of document.querySelectorAll(selector)) part.setAttribute('role', role);
  }
}

function showCount(cell, count) {
  cell.textContent = number.format(count);
  cell.toggleAttribute('data-one', count === 1);
}

function showDistribution(distribution) {
  const { pathways, losses, phase, inflow, time } = distribution;
  const total = { low: 0, best: 0, high: 0, contingents: 0 };
  const full = Math.max(1, inflow.best, ...Object.values(pathways).map(({ high }) => high));
  for (const row of $('pathways').rows) {
    const strength = pathways[row.dataset.pathway];
    const bar = row.querySelector('.bar');
    const share = (persons) => `${(100 * persons) / full}%`;
    bar.querySelector('.range').style.width = share(strength.high);
    bar.querySelector('.certain').style.width = share(strength.low);
    bar.querySelector('.best').style.left = share(strength.best);
    bar.querySelector('.best').hidden = strength.low === strength.high;
    row.querySelector('.persons').replaceChildren(...estimateParts(strength));
    showCount(row.querySelector('.count'), strength.contingents);
    row.toggleAttribute('data-zero', strength.contingents === 0);
    for (const key of Object.keys(total)) total[key] += strength[key];
  }
  $('total').replaceChildren(...estimateParts(total));
  showCount($('total-contingents'), total.contingents);
  $('inflow').replaceChildren(...estimateParts(inflow));
  for (const [id, persons] of Object.entries({ ...losses, unaccounted: distribution.unaccounted })) {
    $(id).textContent = number.format(persons);
    $(id).toggleAttribute('data-zero', persons === 0);
  }
  $('phase').textContent = phaseText(phase);
  $('time').textContent = time === null ? 'none' : time.slice(0, 10);
  $('seq').textContent = number.format(distribution.seq);
}

function phaseText(phase) {
  if (phase.name === 'hostilities') return 'Hostilities';
  return `Ended: ${VARIANTS[phase.variant]}${phase.foreignTroopsBarred ? ', foreign troops barred' : ''}`;
}

function showTransition({ seq, event, phase, moves }) {
  const what = element('span', { class: 'what' }, element('b', {}, event.type));
  for (const { contingent, from, to, strength } of moves.slice(0, 3)) {
    const way = from === null ? to : from === to ? `stays ${to}` : `${from} → ${to}`;
    what.append(element('br', {}), `${contingent}: ${way}, `, ...estimateParts(strength));
  }
  if (moves.length > 3) what.append(element('br', {}), `and ${moves.length - 3} more`);
  if (moves.length === 0) what.append(phase === null ? ' moves nobody' : ` ${phaseText(phase)}`);
  const item = element(
    'li',
    { 'data-seq': seq },
    element('time', { datetime: event.time }, event.time.slice(0, 10)),
    what,
    element('span', { class: 'seq', title: 'Place in the log' }, `#${seq}`),
    element('span', { class: 'who' }, sourceText(event)),
  );
  $('recent').prepend(item);
  while ($('recent').children.length > TRANSITIONS_SHOWN) $('recent').lastElementChild.remove();
  $('quiet').hidden = true;
}

function sourceText({ basis, reporter, reliability, credibility }) {
  const rating = reliability === null ? '' : `, ${reliability}${credibility ?? ''}`;
  return `${basis}${reporter === null ? '' : ` by ${reporter}`}${rating}`;
}

function showConnection(state, text) {
  $('connection').dataset.state = state;
  $('connection').textContent = text;
}

function showAbout({ theatre, timeline, title, basis, base }) {
  $('title').textContent = title;
  $('about').textContent =
    `${theatre}, timeline ${timeline}` +
    (base === null ? '' : `, branches from ${base.timeline} after entry ${number.format(base.seq)}`);
  const words = BASES[basis];
  $('basis').hidden = words === undefined;
  if (words !== undefined) {
    $('basis').dataset.basis = basis;
    $('basis').replaceChildren(element('strong', {}, words[0]), words[1]);
  }
  document.title = `${words === undefined ? '' : `${words[0]}: `}${title} · Muster`;
}

function choose(roll) {
  chosen = nameOf(roll);
  if (location.hash !== `#${chosen}`) history.replaceState(null, '', `#${chosen}`);
  $('roll').value = chosen;
  $('empty').hidden = true;
  $('recent').replaceChildren();
  $('quiet').hidden = false;
  showAbout(roll);
  listen(roll);
}

function listen(roll) {
  stream?.close();
  clearTimeout(retry);
  showConnection('connecting', 'Connecting…');
  const shown = Number(
    $('recent').firstElementChild?.dataset.seq ?? Math.max(0, roll.seq - TRANSITIONS_SHOWN),
  );
  const opened = new EventSource(`/api/rolls/${nameOf(roll)}/stream?after=${shown}`);
  stream = opened;
  opened.addEventListener('open', () => showConnection('live', 'Live'));
  opened.addEventListener('distribution', ({ data }) => {
    showDistribution(JSON.parse(data));
    $('sheet').hidden = false;
  });
  opened.addEventListener('transition', ({ data }) => {
    const transition = JSON.parse(data);
    showTransition(transition);
    $('news').textContent = `Entry ${transition.seq}: ${transition.event.type}`;
  });
  opened.addEventListener('error', () => {
    showConnection('lost', 'Connection lost, resuming…');
    // After an answer that is no stream the browser gives up: then we go on trying.
    if (opened.readyState === EventSource.CLOSED) retry = setTimeout(() => listen(roll), RETRY_MS);
  });
}

async function readRolls() {
  const response = await fetch('/api/rolls');
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  rolls = (await response.json()).items;
  const names = rolls.map(nameOf);
  if (names.join() !== [...$('roll').options].map(({ value }) => value).join()) {
    $('roll').replaceChildren(
      ...rolls.map((roll) => {
        const mark = roll.basis === 'hypothetical' ? ' (hypothetical)' : '';
        return element('option', { value: nameOf(roll) }, `${nameOf(roll)}${mark}`);
      }),
    );
    $('roll').disabled = rolls.length === 0;
    if (chosen !== null) $('roll').value = chosen;
  }
  if (chosen !== null) return;
  const wanted = decodeURIComponent(location.hash.slice(1));
  const roll =
    rolls.find((one) => nameOf(one) === wanted) ??
    rolls.find(({ basis }) => basis === 'reported') ??
    rolls.find(() => true);
  if (roll !== undefined) return choose(roll);
  $('empty').hidden = false;
  showConnection('live', 'Connected, no roll yet');
}

async function keepReadingRolls() {
  try {
    await readRolls();
  } catch {
    if (stream?.readyState !== EventSource.OPEN) showConnection('lost', 'Connection lost, resuming…');
  }
  setTimeout(keepReadingRolls, chosen === null ? RETRY_MS : ROLLS_EVERY_MS);
}

function chooseByName(name) {
  const roll = rolls.find((one) => nameOf(one) === name);
  if (roll !== undefined && name !== chosen) choose(roll);
}

$('example-address').textContent = location.origin;
$('roll').addEventListener('change', () => chooseByName($('roll').value));
addEventListener('hashchange', () => chooseByName(decodeURIComponent(location.hash.slice(1))));
buildRows();
keepReadingRolls();
