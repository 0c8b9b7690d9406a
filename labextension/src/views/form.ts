import type { Parameter, Schema } from '../data';
import { h, replace } from './dom';

/** Reads one field: a value, nothing where the default holds, or what is wrong. */
type Reading = { value: unknown } | { skipped: true } | { wrong: string };

interface Field {
  node: HTMLElement;
  read(): Reading;
}

/** A form made from a signature; `run` gets the arguments by name once all of them are right. */
export function callForm(parameters: Parameter[], run: (args: { [name: string]: unknown }) => void): HTMLElement {
  const fields = parameters.map(parameter => ({ parameter, field: fieldOf(parameter), wrong: h('div', { class: 'hnb-wrong', role: 'alert' }) }));
  const submit = (event: Event) => {
    event.preventDefault();
    const args: { [name: string]: unknown } = {};
    let first: HTMLElement | null = null;
    for (const { parameter, field, wrong } of fields) {
      const reading = field.read();
      replace(wrong, 'wrong' in reading ? reading.wrong : null);
      field.node.toggleAttribute('aria-invalid', 'wrong' in reading);
      if ('wrong' in reading) {
        first ??= field.node;
      } else if ('value' in reading) {
        args[parameter.name] = reading.value;
      }
    }
    if (first) {
      first.focus();
    } else {
      run(args);
    }
  };
  return h(
    'form',
    { class: 'hnb-form', 'aria-label': 'call the tool', novalidate: true, onsubmit: submit },
    ...fields.map(({ parameter, field, wrong }) =>
      h(
        'label',
        { class: 'hnb-field' },
        h('span', { class: 'hnb-field-name' }, parameter.name, h('span', { class: 'hnb-faint' }, ` ${parameter.annotation}`)),
        field.node,
        wrong
      )
    ),
    h('button', { type: 'submit', class: 'hnb-button hnb-primary' }, 'Run in the notebook')
  );
}

function fieldOf(parameter: Parameter): Field {
  const { schema } = parameter;
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.every(one => typeof one !== 'object')) {
    return choice(parameter, choices);
  }
  switch (schema['type']) {
    case 'boolean':
      return choice(parameter, [true, false]);
    case 'integer':
      return text(parameter, 'numeric', given => (/^[+-]?\d+$/.test(given) ? { value: whole(given) } : { wrong: 'a whole number, such as 42' }));
    case 'number':
      return text(parameter, 'decimal', given => {
        const number = Number(given);
        return Number.isFinite(number) ? { value: number } : { wrong: 'a number, such as 0.5' };
      });
    case 'string':
      return area(parameter, given => ({ value: given }), 'text');
  }
  return area(parameter, given => json(given, schema), example(schema));
}

function text(parameter: Parameter, mode: string, read: (given: string) => Reading): Field {
  const node = h('input', { type: 'text', inputmode: mode, class: 'hnb-input', placeholder: placeholder(parameter) }) as HTMLInputElement;
  return { node, read: () => readOrDefault(parameter, node.value.trim(), read) };
}

function area(parameter: Parameter, read: (given: string) => Reading, hint: string): Field {
  const node = h('textarea', {
    rows: 2,
    class: 'hnb-input',
    placeholder: parameter.required ? hint : placeholder(parameter),
    spellcheck: 'false'
  }) as HTMLTextAreaElement;
  const isText = parameter.schema['type'] === 'string';
  return {
    node,
    read: () => (isText && parameter.required ? read(node.value) : readOrDefault(parameter, node.value, read))
  };
}

function choice(parameter: Parameter, values: unknown[]): Field {
  const options = values.map((value, place) => h('option', { value: place }, typeof value === 'string' ? value : JSON.stringify(value)));
  const node = h(
    'select',
    { class: 'hnb-input' },
    parameter.required ? null : h('option', { value: '' }, placeholder(parameter)),
    ...options
  ) as HTMLSelectElement;
  return { node, read: () => (node.value === '' ? { skipped: true } : { value: values[Number(node.value)] }) };
}

function readOrDefault(parameter: Parameter, given: string, read: (given: string) => Reading): Reading {
  if (given !== '') {
    return read(given);
  }
  return parameter.required ? { wrong: 'a value is needed' } : { skipped: true };
}

/** An int beyond what JavaScript's numbers hold stays text with a tag, as on the wire. */
function whole(given: string): unknown {
  const number = Number(given);
  return Number.isSafeInteger(number) ? number : { $int: BigInt(given).toString() };
}

function json(given: string, schema: Schema): Reading {
  try {
    const value: unknown = JSON.parse(given);
    const wanted = schema['type'];
    const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    if (typeof wanted === 'string' && (wanted === 'array' || wanted === 'object') && kind !== wanted) {
      return { wrong: `${wanted === 'array' ? 'a list' : 'an object'} in JSON, such as ${example(schema)}` };
    }
    return { value };
  } catch (error) {
    return { wrong: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function placeholder(parameter: Parameter): string {
  return parameter.required ? '' : `default: ${JSON.stringify(parameter.default)}`;
}

function example(schema: Schema): string {
  switch (schema['type']) {
    case 'array': {
      const items = schema['items'] as Schema | undefined;
      return `[${items ? example(items) : ''}]`;
    }
    case 'object':
      return '{"key": ...}';
    case 'integer':
      return '1';
    case 'number':
      return '0.5';
    case 'string':
      return '"text"';
    case 'boolean':
      return 'true';
  }
  return 'JSON';
}
