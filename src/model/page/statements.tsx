import type { Example, ModelDocument, NamedPlace, PlacedStatement } from '../model-document.ts';
import { anchorOf, statementAnchor } from './anchors.ts';
import type { RollItem } from './read.ts';

interface Props {
  readonly model: ModelDocument;
  readonly rolls: readonly RollItem[];
}

/** Every statement, with its places in the model and an event in which it happens. */
export function Statements({ model: { statements }, rolls }: Props) {
  const here = new Set(rolls.map(({ theatre, timeline }) => `${theatre}/${timeline}`));
  const absent = [
    ...new Set(
      statements
        .filter(({ example }) => !here.has(rollOf(example)))
        .map(({ example: { scenario } }) => scenario),
    ),
  ];
  return (
    <>
      <p class="measure">
        The {statements.length} statements of the essay, condensed in our words. The examples of a what-if are
        invented; those of the record are reported.
      </p>
      {absent.length > 0 && (
        <p class="measure">
          To follow the examples that are no link here, play their scenarios to this service:{' '}
          <code>npx muster play {absent.join(' ')}</code>
        </p>
      )}
      <ol class="statements">
        {statements.map((statement) => (
          <Statement key={statement.id} statement={statement} isHere={here.has(rollOf(statement.example))} />
        ))}
      </ol>
    </>
  );
}

function Statement({ statement, isHere }: { readonly statement: PlacedStatement; readonly isHere: boolean }) {
  const { id, says, places, example } = statement;
  return (
    <li id={statementAnchor(id)}>
      <h3>
        <span class="id">{id}</span> {says}
      </h3>
      <ul class="places">
        {places.map((place) => (
          <li key={anchorOf(place)}>
            <PlaceLink place={place} />
          </li>
        ))}
      </ul>
      <p class="example">
        <Mark basis={example.basis} />
        {isHere ? <a href={addressOf(example)}>{wordsOf(example)}</a> : wordsOf(example)}
        {example.note !== null && <>: {example.note}</>}
      </p>
    </li>
  );
}

function PlaceLink({ place }: { readonly place: NamedPlace }) {
  const { kind, name } = place;
  return (
    <a href={`#${anchorOf(place)}`}>
      <span class="kind">{kind}</span> {kind === 'field' ? name.replace('/', ' › ') : name}
    </a>
  );
}

/** Says of what is invented that it is. */
function Mark({ basis }: Pick<Example, 'basis'>) {
  return basis === 'hypothetical' ? <strong class="what-if">HYPOTHETICAL</strong> : null;
}

function rollOf({ theatre, scenario }: Example): string {
  return `${theatre}/${scenario}`;
}

/** The event in the inspector, with what it did. */
function addressOf(example: Example): string {
  return `/inspector?${new URLSearchParams({ roll: rollOf(example), event: example.event })}`;
}

function wordsOf({ day, scenario, type, subject, event }: Example): string {
  return `${day}, ${scenario}: ${type}${subject === null ? '' : ` of ${subject}`} (${event})`;
}
