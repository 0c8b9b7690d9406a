import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { sourceDigest } from '../src/plugin/digest';
import { functionOf, magicOf, mimeOf } from '../src/plugin/magic';

test('a magic line is read with its flags and words', () => {
  const magic = magicOf('%%hermetic_tool gc --lang wat --sig "f(s: str) -> int" --session --capture RATE\nbody\nmore');
  expect(magic?.name).toBe('hermetic_tool');
  expect(magic?.words).toEqual(['gc']);
  expect(Object.fromEntries(magic?.flags ?? [])).toEqual({ '--lang': 'wat', '--sig': '"f(s: str) -> int"', '--session': '', '--capture': 'RATE' });
  expect(magic?.body).toBe('body\nmore');
});

test.each([
  ['x = 1\n%%hermetic_tool', null],
  ['%%hermetic_tool', ''],
  ['%%hermetic_tools\nx', null],
  ['%hermetic_tool\nx', null]
])('%j has the body %j', (source, body) => {
  expect(magicOf(source)?.body ?? null).toBe(body);
});

test('only our magics change a language', () => {
  expect(mimeOf('%%hermetic_tool --lang rust\nfn f() {}')).toBe('text/x-rustsrc');
  expect(mimeOf('%%hermetic_tool\ndef f(): ...')).toBeNull();
  expect(mimeOf('%%hermetic_tool --lang python\ndef f(): ...')).toBeNull();
  expect(mimeOf('%%bash --lang rust\nls')).toBeNull();
});

test('the one public function of a cell', () => {
  expect(functionOf('def _a(): ...\n\nasync def b(x): ...\n')).toBe('b');
  expect(functionOf('def a(): ...\ndef b(): ...\n')).toBeNull();
  expect(functionOf('x = 1')).toBeNull();
  expect(functionOf('class A:\n    def m(self): ...\n')).toBeNull();
});

test('the digest of a source is that of its normalised text', () => {
  const python = (text: string) =>
    `sha256:${createHash('sha256')
      .update(`${text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(/\n+$/, '')}\n`, 'utf8')
      .digest('hex')}`;
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => { expect(sourceDigest(text)).toBe(python(text)); }));
  expect(sourceDigest('a\r\nb\n\n')).toBe(sourceDigest('a\nb'));
});
