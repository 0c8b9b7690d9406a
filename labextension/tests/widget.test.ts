import { beforeEach, expect, test, vi } from 'vitest';

import widget from '../src/widget';
import { BAD, page, row, settled, STATUS } from './kit';

class Kernel {
  listener: (message: unknown) => void = () => undefined;
  answers = true;
  get = () => `double  native  ${BAD}`;
  on(_event: string, listener: (message: unknown) => void): void {
    this.listener = listener;
  }
  off = vi.fn();
  send(message: unknown): void {
    const { id, path } = message as { id: number; path: string };
    if (this.answers) {
      const value = path === 'status' ? STATUS : page([row('double')]);
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
  expect(kept?.textContent).toContain(`double  native  ${BAD}`);
  expect(kept?.children.length).toBe(0);
  kernel.listener({ changed: 'g2' });
  expect(el.querySelector('.hnb-kept')).toBeNull();
});
