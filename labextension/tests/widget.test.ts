import { beforeEach, expect, test, vi } from 'vitest';

import { visible } from '../src/views/text';
import widget from '../src/widget';
import { BAD, detail, page, row, settled, STATUS } from './kit';

class Kernel {
  listener: (message: unknown) => void = () => undefined;
  answers = true;
  tool: unknown = null;
  get = () => `double  native  ${BAD}`;
  on(_event: string, listener: (message: unknown) => void): void {
    this.listener = listener;
  }
  off = vi.fn();
  send(message: unknown): void {
    const { id, path } = message as { id: number; path: string };
    if (this.answers) {
      const value = path === 'status' ? STATUS() : path === 'tools' ? page([row('double')]) : this.tool;
      queueMicrotask(() => this.listener({ id, ok: true, value }));
    }
  }
}

beforeEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

function rendered(kernel: Kernel) {
  const el = document.createElement('div');
  document.body.appendChild(el);
  return { el, end: widget.render({ model: kernel, el }) };
}

test('the kernel answers, and what the notebook keeps is not shown', async () => {
  const { el, end } = rendered(new Kernel());
  await settled();
  expect(el.querySelector('.hnb-name')?.textContent).toBe('double');
  expect(el.querySelector('.hnb-kept')).toBeNull();
  end();
  expect(el.querySelector('.hnb-panel')).toBeNull();
});

test('without a kernel the list that the notebook keeps is shown, as text, until one answers', async () => {
  vi.useFakeTimers();
  const kernel = new Kernel();
  kernel.answers = false;
  const { el } = rendered(kernel);
  vi.advanceTimersByTime(10_000);
  const kept = el.querySelector('.hnb-kept');
  expect(kept?.textContent).toContain(`double  native  ${visible(BAD)}`);
  expect(kept?.children.length).toBe(0);
  kernel.listener({ changed: 'g2' });
  expect(el.querySelector('.hnb-kept')).toBeNull();
});

test('acts copy the text of a cell, and say so', async () => {
  const copied: string[] = [];
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { clipboard: { writeText: (text: string) => Promise.resolve(void copied.push(text)) } });
  const kernel = new Kernel();
  const { el } = rendered(kernel);
  await settled();
  kernel.tool = detail('double');
  el.querySelector<HTMLElement>('.hnb-row')?.click();
  await settled();
  const click = async (text: string) => {
    [...el.querySelectorAll('button')].find(one => one.textContent === text)?.click();
    await settled();
  };
  await click('Copy call');
  expect(el.querySelector('.hnb-note')?.textContent).toBe('Copied: paste it into a cell');
  await click('Copy check');
  await click('Interface');
  await click('Copy as a cell');
  expect(copied).toEqual(['%tool_call double seq=...', `%tool_verify double@${row('double').digest}`, `%%tool_call double@${row('double').digest}\n{\n  "seq": ""\n}`]);
  vi.unstubAllGlobals();
});
