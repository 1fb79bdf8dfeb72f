import { useId, useState } from 'preact/hooks';
import type { Schema } from './api.ts';
import { kindOf } from './payload.ts';

interface FieldProps {
  /** Where it stands in the payload: `detachment.id`. */
  readonly path: string;
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** The fields of a payload, made from its schema; `path` is empty for the payload itself, else ends in a dot. */
export function PayloadFields({ schema, path = '' }: { readonly schema: Schema; readonly path?: string }) {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => (
    <Field
      key={name}
      name={name}
      path={`${path}${name}`}
      schema={field}
      isRequired={schema.required?.includes(name) === true}
    />
  ));
}

function Field(props: FieldProps) {
  const { name, path, schema, isRequired } = props;
  const id = useId();
  const kind = kindOf(schema);
  if (kind === 'group' || kind === 'persons') return <Group {...props} />;
  const given = { id, name: path, required: isRequired, autocomplete: 'off' };
  return (
    <div class="field">
      <label for={id}>
        {name}
        {isRequired && <span class="soft"> (required)</span>}
        {kind === 'list' && <span class="soft"> (one a line)</span>}
      </label>
      {kind === 'choice' || kind === 'yes-no' ? (
        <select {...given}>
          <option value="" />
          {(schema.enum ?? ['yes', 'no']).map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      ) : kind === 'list' ? (
        <textarea {...given} rows={2} />
      ) : kind === 'text' ? (
        <input {...given} />
      ) : (
        <input {...given} type="number" min={0} step={kind === 'whole' ? 1 : 'any'} />
      )}
    </div>
  );
}

/** Fields that belong together; what need not be given is given by a tick. */
function Group({ name, path, schema, isRequired }: FieldProps) {
  const [isGiven, setGiven] = useState(isRequired);
  return (
    <fieldset>
      <legend>
        {isRequired ? (
          <>
            {name} <span class="soft">(required)</span>
            <input type="hidden" name={path} value="yes" />
          </>
        ) : (
          <label>
            <input
              type="checkbox"
              name={path}
              checked={isGiven}
              onChange={(event) => setGiven(event.currentTarget.checked)}
            />
            {name}
          </label>
        )}
      </legend>
      {isGiven && kindOf(schema) === 'group' && <PayloadFields schema={schema} path={`${path}.`} />}
      {isGiven && kindOf(schema) === 'persons' && <Persons path={path} />}
    </fieldset>
  );
}

function Persons({ path }: { readonly path: string }) {
  return (
    <div class="persons">
      {(['low', 'best', 'high'] as const).map((end) => (
        <label key={end}>
          {end}
          <input type="number" min={0} step={1} name={`${path}.${end}`} required={end === 'best'} />
        </label>
      ))}
    </div>
  );
}
