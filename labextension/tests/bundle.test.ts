// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';
import { expect, test } from 'vitest';

const ROOT = join(__dirname, '..');
/** Bytes of the widget, which each notebook that shows a panel loads. */
const MOST = 120_000;

test('the widget is small', async () => {
  const made = await build({ entryPoints: [join(ROOT, 'src/widget.ts')], bundle: true, minify: true, format: 'esm', target: 'es2022', write: false });
  expect(made.outputFiles[0]?.contents.length).toBeLessThan(MOST);
});

test('no source of ours parses text as markup or code, or asks another server', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(30);
  for (const name of files) {
    expect(readFileSync(join(ROOT, 'src', name), 'utf8'), name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest/);
  }
  expect(readFileSync(join(ROOT, 'style/panel.css'), 'utf8')).not.toMatch(/url\(|@import/);
});
