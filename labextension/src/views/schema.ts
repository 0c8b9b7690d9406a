/** JSON Schema, as far as hermetic_nb/signature/schema.py writes it: what fits, and what a value looks like. */

import type { Schema } from '../data';

export type Definitions = { readonly [name: string]: Schema };

/** The schema behind a reference. */
export function resolved(schema: Schema, definitions: Definitions): Schema {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? (definitions[reference.replace('#/$defs/', '')] ?? {}) : schema;
}

/** What is wrong with a value, with its place in it; null where it fits. A wire form (one key with "$") is the kernel's to judge. */
export function misfit(value: unknown, given: Schema, definitions: Definitions, place = ''): string | null {
  const schema = resolved(given, definitions);
  const tell = (wanted: string) => `${place ? `${place}: ` : ''}${wanted}`;
  if (isWire(value)) {
    return null;
  }
  const members = schema['anyOf'] as Schema[] | undefined;
  if (members) {
    const fits = members.some(member => misfit(value, member, definitions, place) === null);
    return fits ? null : tell(`${members.map(member => noun(member, definitions)).join(' or ')} is needed`);
  }
  const choices = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined);
  if (choices) {
    const text = JSON.stringify(value);
    return choices.some(one => JSON.stringify(one) === text) ? null : tell(`one of ${choices.map(one => JSON.stringify(one)).join(', ')} is needed`);
  }
  const type = schema['type'];
  if (typeof type === 'string' && !isOf(value, type)) {
    return tell(`${noun(schema, definitions)} is needed`);
  }
  if (schema['contentEncoding'] === 'base64' && typeof value === 'string' && !isBase64(value)) {
    return tell('base64 text is needed');
  }
  return Array.isArray(value)
    ? misfitOfItems(value, schema, definitions, place)
    : typeof value === 'object' && value !== null
      ? misfitOfFields(value as { [name: string]: unknown }, schema, definitions, place)
      : null;
}

function misfitOfItems(value: unknown[], schema: Schema, definitions: Definitions, place: string): string | null {
  const several = schema['prefixItems'] as Schema[] | undefined;
  if (several && value.length !== several.length) {
    return `${place ? `${place}: ` : ''}${several.length} items are needed, not ${value.length}`;
  }
  for (const [number, item] of value.entries()) {
    const wanted = several?.[number] ?? (schema['items'] as Schema | undefined);
    const wrong = wanted ? misfit(item, wanted, definitions, `${place}[${number}]`) : null;
    if (wrong) {
      return wrong;
    }
  }
  return null;
}

function misfitOfFields(value: { [name: string]: unknown }, schema: Schema, definitions: Definitions, place: string): string | null {
  const fields = (schema['properties'] ?? {}) as Definitions;
  const others = schema['additionalProperties'];
  const missing = ((schema['required'] ?? []) as string[]).find(name => !(name in value));
  if (missing !== undefined) {
    return `${place ? `${place}: ` : ''}${JSON.stringify(missing)} is missing`;
  }
  for (const [name, item] of Object.entries(value)) {
    const inside = `${place}[${JSON.stringify(name)}]`;
    const wanted = Object.hasOwn(fields, name) ? fields[name] : typeof others === 'object' ? (others as Schema) : undefined;
    if (!wanted && others === false) {
      return `${inside}: there is no such field`;
    }
    const wrong = wanted ? misfit(item, wanted, definitions, inside) : null;
    if (wrong) {
      return wrong;
    }
  }
  return null;
}

/** JSON that fits, as an example to begin with. */
export function example(given: Schema, definitions: Definitions, depth = 0): string {
  const schema = resolved(given, definitions);
  const inner = (one: Schema) => (depth > 3 ? '...' : example(one, definitions, depth + 1));
  const choices = 'const' in schema ? [schema['const']] : ((schema['enum'] ?? schema['anyOf']) as unknown[] | undefined);
  if (choices?.length) {
    return schema['anyOf'] ? inner(choices[0] as Schema) : JSON.stringify(choices[0]);
  }
  const fields = Object.entries((schema['properties'] ?? {}) as Definitions);
  switch (schema['type']) {
    case 'array': {
      const several = schema['prefixItems'] as Schema[] | undefined;
      const items = schema['items'] as Schema | undefined;
      return `[${several ? several.map(inner).join(', ') : items ? inner(items) : ''}]`;
    }
    case 'object':
      return fields.length
        ? `{${fields.map(([name, one]) => `${JSON.stringify(name)}: ${inner(one)}`).join(', ')}}`
        : `{"key": ${typeof schema['additionalProperties'] === 'object' ? inner(schema['additionalProperties'] as Schema) : '...'}}`;
    case 'integer':
      return '1';
    case 'number':
      return '0.5';
    case 'string':
      return schema['contentEncoding'] === 'base64' ? '"aGVsbG8="' : '"text"';
    case 'boolean':
      return 'true';
    case 'null':
      return 'null';
  }
  return 'JSON';
}

/** Whether text is base64 (RFC 4648, with its padding). */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

const NOUNS: { [type: string]: string } = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null'
};

function noun(given: Schema, definitions: Definitions): string {
  const schema = resolved(given, definitions);
  return NOUNS[String(schema['type'])] ?? 'another value';
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  return typeof value === type;
}

function isWire(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] ?? '').startsWith('$');
}
