import { beforeEach, expect, test, vi } from 'vitest';

import { restoreOf, trimOf } from '../src/cells';
import type { Use } from '../src/data';
import type { Acts, Options } from '../src/views/acts';
import { mountPanel } from '../src/views/panel';
import { BAD, detail, page, row, serious, settled, STATUS, TableSource } from './kit';

Element.prototype.scrollIntoView = () => undefined;

beforeEach(() => document.body.replaceChildren());

function use(more: Partial<Use> = {}): Use {
  return {
    statistics: {
      tools: 3,
      never: 1,
      once: 1,
      repeatedly: 1,
      elsewhere: 1,
      calls: 6,
      mean: 2,
      median: 1,
      most_used: [{ name: 'gc_content', digest: row('gc_content').digest, calls: 5 }],
      requests: { found: 3, made: 1, rejected: 1 }
    },
    spares: [
      { name: 'gc_two', digest: row('gc_two').digest, why: 'same bytes', kept: 'gc_content' },
      { name: 'old_one', digest: row('old_one').digest, why: 'unused', kept: '' }
    ],
    trimmed: [],
    ...more
  };
}

async function opened(answer: () => unknown, acts: Partial<Acts> = {}, options: Options = {}) {
  const source = new TableSource({
    status: STATUS,
    tools: () => page([row('gc_content')]),
    [`tools/${row('gc_content').digest}`]: () => detail('gc_content'),
    statistics: answer
  });
  const host = document.createElement('div');
  document.body.appendChild(host);
  mountPanel(host, source, { copy: () => undefined, ...acts }, options);
  await settled();
  click(host, 'Use');
  await settled();
  return { host, source };
}

const click = (host: HTMLElement, text: string) => [...host.querySelectorAll('button')].find(one => one.textContent === text)?.click();

const figure = (host: HTMLElement, name: string) => [...host.querySelectorAll('dt')].find(one => one.textContent === name)?.nextElementSibling?.textContent;

test('the figures are those that were counted', async () => {
  const { host } = await opened(() => use());
  expect(['tools', 'calls', 'mean', 'median', 'never', 'once', 'more often', 'reused'].map(name => figure(host, name))).toEqual(['3', '6', '2', '1', '1', '1', '1', '1']);
  expect(['were there', 'made', 'offered in vain'].map(name => figure(host, name))).toEqual(['75 %', '1', '25 %']);
  expect(host.querySelector('tbody')?.textContent).toBe('gc_content5');
  expect(await serious(host)).toEqual([]);
});

test('where nothing was counted no share is told', async () => {
  const none = use();
  none.statistics.requests = { found: 0, made: 0, rejected: 0 };
  none.statistics.most_used = [];
  const { host } = await opened(() => none);
  expect(host.textContent).toContain('No agent needed one yet.');
  expect(host.textContent).toContain('No call was counted yet.');
});

test('one click trims what is named, and one restores it', async () => {
  const trim = vi.fn();
  const restore = vi.fn();
  let answer = use();
  const { host, source } = await opened(() => answer, { trim, restore });
  expect(host.textContent).toContain('gc_two the same as gc_content, to the byte');
  click(host, 'Trim 2 tools');
  expect(trim).toHaveBeenCalledWith(['gc_two', 'old_one']);
  answer = use({ spares: [], trimmed: ['gc_two', 'old_one'] });
  source.change();
  await settled();
  expect(host.textContent).toContain('gc_two, old_one');
  click(host, 'Restore');
  expect(restore).toHaveBeenCalledWith(['gc_two', 'old_one']);
});

test('a widget copies the cell that trims', async () => {
  const trim = vi.fn();
  const { host } = await opened(() => use(), { trim }, { byCopy: true });
  click(host, 'Copy trim');
  expect(trim).toHaveBeenCalledOnce();
});

test('a tool that is named opens, and Escape leads back to the list', async () => {
  const { host } = await opened(() => use());
  click(host, 'gc_content');
  await settled();
  expect(host.querySelector('h2')?.textContent).toBe('gc_content');
  click(host, '\u2190 Tools');
  click(host, 'Use');
  await settled();
  host.querySelector('.hnb-detail')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  expect(host.querySelector('.hnb-list')).not.toBeNull();
});

test('what goes wrong is told, and tried again', async () => {
  let answers = 0;
  const { host } = await opened(() => {
    answers += 1;
    if (answers === 1) {
      throw new Error('the registry cannot be read');
    }
    return use();
  });
  expect(host.querySelector('[role=alert]')?.textContent).toContain('the registry cannot be read');
  click(host, 'Try again');
  await settled();
  expect(figure(host, 'tools')).toBe('3');
});

test('names of strangers are text, and no code of the cell', async () => {
  const bad = use({ spares: [{ name: BAD, digest: row('x').digest, why: 'same bytes', kept: BAD }], trimmed: [BAD] });
  const { host } = await opened(() => bad, { trim: vi.fn(), restore: vi.fn() });
  expect(host.querySelector('img, script')).toBeNull();
  expect(trimOf(['gc_two', 'x; import os', '--all', 'a\nb'])).toBe('%tool_stats --trim gc_two');
  expect(restoreOf([BAD, 'gc_two'])).toBe('%tool_stats --restore gc_two');
});
