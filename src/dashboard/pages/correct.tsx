/** A form for a body that was refused, with what is wrong beside each field. */
import type { FieldProblem } from '../../contract/error.js';
import type { Submission } from '../../store/store.js';
import type { Group, Input, Part } from '../form.js';
import { inputsOf } from '../form.js';
import type { View } from '../view.js';
import { Page, Post } from './layout.js';

export function CorrectPage(props: {
  view: View;
  submission: Submission;
  parts: Part[];
  problems: readonly Pick<FieldProblem, 'field' | 'message' | 'remedy'>[];
  /** What is wrong that belongs to no field. */
  refusal: { message: string; remedy: string } | undefined;
  /** Of what the form was made from. */
  basis: string;
}) {
  const { view, submission, parts, problems, refusal, basis } = props;
  const { words } = view;
  const here = `/kiriman/${submission.logId}`;
  const byField = new Map(problems.map((one) => [one.field, one]));
  const names = new Set(inputsOf(parts).map(({ name }) => name));
  const elsewhere = problems.filter(({ field }) => !names.has(field));
  return (
    <Page view={view} title={words.one.correctTitle} part="list">
      <p>
        <a href={view.link(here)}>{words.types[submission.endpoint] ?? submission.endpoint}</a>{' '}
        <code>{submission.logId}</code>
      </p>
      <p class="dim">{words.one.correctNote}</p>
      {problems.length > 0 || refusal ? (
        <div class="note bad" role="alert">
          {problems.length > 0 ? <p class="strong">{words.one.problems(problems.length)}</p> : null}
          {refusal ? (
            <p>
              {refusal.message} {refusal.remedy}
            </p>
          ) : null}
          <ul lang="id">
            {problems
              .filter(({ field }) => names.has(field))
              .map(({ field, message }) => (
                <li>
                  <a href={`#${idOf(field)}`}>{message}</a>
                </li>
              ))}
            {elsewhere.map(({ message, remedy }) => (
              <li>
                {message}. {remedy}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <Post view={view} path={`${here}/koreksi`} values={{ dasar: basis }} class="correct">
        <Parts view={view} parts={parts} problems={byField} />
        <div class="actions sticky">
          <button type="submit" class="main">
            {words.one.correctSend}
          </button>
          <a href={view.link(here)}>{words.one.cancel}</a>
        </div>
      </Post>
    </Page>
  );
}

type Problems = Map<string, Pick<FieldProblem, 'field' | 'message' | 'remedy'>>;

const idOf = (name: string) => `f-${name.replaceAll('.', '-')}`;

function Parts({ view, parts, problems }: { view: View; parts: Part[]; problems: Problems }) {
  return (
    <>
      {parts.map((part) =>
        part.kind === 'input' ? (
          <Field view={view} input={part} problem={problems.get(part.name)} />
        ) : (
          <Fieldset view={view} group={part} problems={problems} />
        ),
      )}
    </>
  );
}

function Fieldset({ view, group, problems }: { view: View; group: Group; problems: Problems }) {
  const fields = (
    <fieldset id={idOf(group.name)}>
      <legend>
        <code>{group.label}</code>
      </legend>
      {group.hint ? <p class="hint">{group.hint}</p> : null}
      <Parts view={view} parts={group.parts} problems={problems} />
    </fieldset>
  );
  if (!group.blank) return fields;
  return (
    <details>
      <summary>
        {view.words.one.add} <code>{group.label}</code>
      </summary>
      {fields}
    </details>
  );
}

function Field({
  view,
  input,
  problem,
}: {
  view: View;
  input: Input;
  problem: { message: string; remedy: string } | undefined;
}) {
  const id = idOf(input.name);
  const common = {
    id,
    name: input.name,
    ...(problem ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${id}-problem` } : {}),
  };
  return (
    <div class={`field ${problem ? 'wrong' : ''}`}>
      <label for={id}>
        {input.hint ?? ''} <code>{input.label}</code>
        {input.required ? <span class="must"> ({view.words.one.required})</span> : null}
      </label>
      {input.options ? (
        <select {...common}>
          <option value=""></option>
          {/* What was refused is shown as it came. */}
          {(input.options.includes(input.value) || input.value === ''
            ? input.options
            : [input.value, ...input.options]
          ).map((one) => (
            <option value={one} selected={one === input.value}>
              {one}
            </option>
          ))}
        </select>
      ) : input.long ? (
        <textarea {...common} rows={3}>
          {input.value}
        </textarea>
      ) : (
        <input
          {...common}
          value={input.value}
          autocomplete="off"
          {...(input.number ? { inputmode: 'decimal' as const } : {})}
        />
      )}
      {problem ? (
        <p class="problem" id={`${id}-problem`} lang="id">
          {problem.message}. {problem.remedy}
        </p>
      ) : null}
    </div>
  );
}
