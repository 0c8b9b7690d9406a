/** One field of a form for each type of a parameter; what it reads is JSON text, so that no digit of a number is lost. */

import type { Parameter, Schema } from '../data';
import { append, h } from './dom';
import { parsed, where } from './jsontext';
import { example, isBase64, misfit, resolved, type Definitions } from './schema';

/** The JSON text of a value, nothing where the default holds, or what is wrong (and at which character). */
export type Reading = { json: string } | { skipped: true } | { wrong: string; at?: number };

export interface Field {
  /** What stands in the form. */
  node: HTMLElement;
  /** What the label names, and what takes the cursor. */
  input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  read(): Reading;
}

const SKIPPED: Reading = { skipped: true };
const NEEDED: Reading = { wrong: 'a value is needed' };

/** The field of a parameter; `id` is that of its input. */
export function fieldOf(parameter: Parameter, definitions: Definitions, id: string): Field {
  const schema = resolved(parameter.schema, definitions);
  const members = (schema['anyOf'] as Schema[] | undefined) ?? [];
  const other = members.find(one => one['type'] !== 'null');
  if (members.length === 2 && other && members.some(one => one['type'] === 'null')) {
    return orNone(parameter, other, definitions, id);
  }
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.every(one => typeof one !== 'object' || one === null)) {
    return choice(parameter, choices, id);
  }
  switch (schema['type']) {
    case 'boolean':
      return checkbox(parameter, id);
    case 'integer':
      return line(parameter, id, 'numeric', whole);
    case 'number':
      return line(parameter, id, 'decimal', decimal);
    case 'string':
      return schema['contentEncoding'] === 'base64' ? line(parameter, id, 'text', base64, 'base64 text') : text(parameter, id);
  }
  return json(parameter, definitions, id);
}

function whole(given: string): Reading {
  return /^[+-]?\d+$/.test(given) ? { json: BigInt(given.replace('+', '')).toString() } : { wrong: 'a whole number is needed, such as 42' };
}

function decimal(given: string): Reading {
  const special = /^([+-]?)(inf|nan)(?:inity)?$/i.exec(given);
  if (special) {
    const name = (special[2] ?? '').toLowerCase();
    return { json: JSON.stringify({ $float: special[1] === '-' && name === 'inf' ? '-inf' : name }) };
  }
  const number = Number(given);
  if (!Number.isFinite(number)) {
    return { wrong: 'a number is needed, such as 0.5' };
  }
  return { json: 'value' in parsed(given) ? given : String(number) };
}

function base64(given: string): Reading {
  return isBase64(given) ? { json: JSON.stringify(given) } : { wrong: 'base64 text is needed, such as aGVsbG8=' };
}

function line(parameter: Parameter, id: string, mode: string, read: (given: string) => Reading, hint = ''): Field {
  const input = h('input', { type: 'text', id, inputmode: mode, class: 'hnb-input', autocomplete: 'off', placeholder: hint }) as HTMLInputElement;
  input.value = parameter.required ? '' : plain(parameter.default);
  return {
    node: input,
    input,
    read: () => {
      const given = input.value.trim();
      return given === '' ? (parameter.required ? NEEDED : SKIPPED) : unlessDefault(parameter, given, read);
    }
  };
}

function area(id: string, given: string, hint: string): HTMLTextAreaElement {
  const input = h('textarea', { rows: Math.min(given.split('\n').length, 6), id, class: 'hnb-input', placeholder: hint, spellcheck: 'false' }) as HTMLTextAreaElement;
  input.value = given;
  return input;
}

function text(parameter: Parameter, id: string): Field {
  const input = area(id, parameter.required ? '' : plain(parameter.default), 'text');
  return { node: input, input, read: () => unlessDefault(parameter, input.value, given => ({ json: JSON.stringify(given) })) };
}

function json(parameter: Parameter, definitions: Definitions, id: string): Field {
  const hint = example(parameter.schema, definitions);
  const input = area(id, parameter.required ? '' : JSON.stringify(parameter.default), hint);
  return {
    node: input,
    input,
    read: () => {
      if (input.value.trim() === '') {
        return parameter.required ? { wrong: `JSON is needed, such as ${hint}` } : SKIPPED;
      }
      return unlessDefault(parameter, input.value, given => {
        const told = parsed(given);
        if ('wrong' in told) {
          return { wrong: `not JSON at ${where(given, told.at)}: ${told.wrong}`, at: told.at };
        }
        const wrong = misfit(told.value, parameter.schema, definitions);
        return wrong ? { wrong } : { json: given.trim() };
      });
    }
  };
}

function checkbox(parameter: Parameter, id: string): Field {
  const input = h('input', { type: 'checkbox', id, class: 'hnb-check' }) as HTMLInputElement;
  input.checked = parameter.default === true;
  return { node: input, input, read: () => (!parameter.required && input.checked === parameter.default ? SKIPPED : { json: String(input.checked) }) };
}

function choice(parameter: Parameter, values: unknown[], id: string): Field {
  const options = values.map((value, place) => h('option', { value: place }, typeof value === 'string' ? value : JSON.stringify(value)));
  const input = h('select', { class: 'hnb-input', id }, ...options) as HTMLSelectElement;
  const place = parameter.required ? 0 : values.findIndex(value => same(value, parameter.default));
  if (!parameter.required && place < 0) {
    input.prepend(h('option', { value: '' }, 'default'));
  }
  input.value = place < 0 ? '' : String(place);
  return {
    node: input,
    input,
    read: () => {
      const chosen = values[Number(input.value)];
      return input.value === '' || (!parameter.required && same(chosen, parameter.default)) ? SKIPPED : { json: JSON.stringify(chosen) };
    }
  };
}

/** A field with a box for None beside it; who types into the field does not mean None. */
function orNone(parameter: Parameter, schema: Schema, definitions: Definitions, id: string): Field {
  const isNone = !parameter.required && parameter.default === null;
  const base = { name: parameter.name, annotation: parameter.annotation, schema };
  const inner = fieldOf(isNone || parameter.required ? { ...base, required: true } : { ...base, required: false, default: parameter.default }, definitions, id);
  const none = h('input', { type: 'checkbox', class: 'hnb-check' }) as HTMLInputElement;
  none.checked = isNone;
  const typed = () => {
    none.checked = false;
  };
  inner.input.addEventListener('input', typed);
  inner.input.addEventListener('change', typed);
  const node = h('div', { class: 'hnb-or-none' }, inner.node, h('label', { class: 'hnb-none' }));
  append(node.lastElementChild as Element, [none, 'None']);
  return { node, input: inner.input, read: () => (none.checked ? (isNone ? SKIPPED : { json: 'null' }) : inner.read()) };
}

function unlessDefault(parameter: Parameter, given: string, read: (given: string) => Reading): Reading {
  const reading = read(given);
  return !parameter.required && 'json' in reading && reading.json === JSON.stringify(parameter.default) ? SKIPPED : reading;
}

/** A default as a user would type it; see hermetic_nb/values for the forms with "$". */
function plain(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const wire = value as { $int?: string; $float?: string; $bytes?: string };
    return wire.$int ?? wire.$float ?? wire.$bytes ?? JSON.stringify(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
