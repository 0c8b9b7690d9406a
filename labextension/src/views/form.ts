import type { Parameter } from '../data';
import { h, replace, unique } from './dom';
import { fieldOf } from './fields';
import type { Definitions } from './schema';

/** A form made from a signature; `run` gets the arguments, as the text of one JSON object, once all of them are right. */
export function callForm(parameters: Parameter[], definitions: Definitions, words: string, run: (args: string) => void): HTMLElement {
  const rows = parameters.map(parameter => {
    const id = unique('field');
    const wrong = h('div', { class: 'hnb-wrong', id: `${id}-wrong`, role: 'alert' });
    return { parameter, id, wrong, field: fieldOf(parameter, definitions, id) };
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const args: string[] = [];
    let first = true;
    for (const { parameter, field, wrong } of rows) {
      const reading = field.read();
      tell(field.input, wrong, 'wrong' in reading ? reading.wrong : '');
      if ('json' in reading) {
        args.push(`  ${JSON.stringify(parameter.name)}: ${reading.json}`);
      } else if ('wrong' in reading && first) {
        first = false;
        field.input.focus();
        if (reading.at !== undefined && field.input instanceof HTMLTextAreaElement) {
          field.input.setSelectionRange(reading.at, reading.at + 1);
        }
      }
    }
    if (first) {
      run(args.length ? `{\n${args.join(',\n')}\n}` : '{}');
    }
  };
  const form = h(
    'form',
    {
      class: 'hnb-form',
      'aria-label': 'call the tool',
      novalidate: true,
      onsubmit: submit,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          submit(event);
        }
      }
    },
    ...rows.map(({ parameter, id, field, wrong }) =>
      h(
        'div',
        { class: field.input.type === 'checkbox' ? 'hnb-field hnb-field-check' : 'hnb-field' },
        h('label', { for: id, class: 'hnb-field-name' }, parameter.name, ' ', h('code', { class: 'hnb-faint' }, parameter.annotation)),
        field.node,
        wrong
      )
    ),
    h('button', { type: 'submit', class: 'hnb-button hnb-primary', title: 'Ctrl+Enter' }, words)
  );
  return form;
}

function tell(input: HTMLElement, place: HTMLElement, wrong: string): void {
  replace(place, wrong || null);
  if (wrong) {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', place.id);
  } else {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
}
