import { type Address, replaceAddress } from '../address.ts';

interface Props {
  readonly address: Address;
  /** Whether it is asked from how many days on a stay counts as a footprint; the number if it is. */
  readonly footprintDays: number | null;
}

/** Says up to which day, by what was known when, and from how many days on. */
export function MomentPicker({ address, footprintDays }: Props) {
  const choose = (change: Partial<Address>) => replaceAddress({ ...address, ...change });
  return (
    <div class="filters moment">
      <DayInput label="As of" day={address.day} choose={(day) => choose({ day })} />
      <DayInput label="As known on" day={address.known} choose={(known) => choose({ known })} />
      {footprintDays !== null && (
        <label>
          Footprint from, days
          <input
            type="number"
            min={1}
            max={99_999}
            value={footprintDays}
            onChange={({ currentTarget: { valueAsNumber } }) =>
              choose({ footprintDays: Number.isInteger(valueAsNumber) ? valueAsNumber : null })
            }
          />
        </label>
      )}
      <button
        type="button"
        disabled={address.day === null && address.known === null}
        onClick={() => choose({ day: null, known: null })}
      >
        As it is known now
      </button>
    </div>
  );
}

interface DayProps {
  readonly label: string;
  readonly day: string | null;
  readonly choose: (day: string | null) => void;
}

function DayInput({ label, day, choose }: DayProps) {
  return (
    <label>
      {label}
      <input
        type="date"
        value={day ?? ''}
        onChange={({ currentTarget: { value } }) => choose(value === '' ? null : value)}
      />
    </label>
  );
}
