import { beforeEach, expect, test, vi } from 'vitest';

import type { ToolRow } from '../src/data';
import { mountPanel } from '../src/views/panel';
import { BAD, detail, page, row, serious, settled, STATUS, TableSource } from './kit';

const copy = vi.fn();
Element.prototype.scrollIntoView = () => undefined;

beforeEach(() => {
  document.body.replaceChildren();
  copy.mockClear();
});

function mounted(table: ConstructorParameters<typeof TableSource>[0], acts = {}) {
  const source = new TableSource({ status: STATUS, ...table });
  const host = document.createElement('div');
  document.body.appendChild(host);
  const panel = mountPanel(host, source, { copy, ...acts });
  return { source, host, panel };
}

const type = (host: HTMLElement, words: string) => {
  const field = host.querySelector('input') as HTMLInputElement;
  field.value = words;
  field.dispatchEvent(new Event('input'));
};

const press = (node: Element | null, key: string) => node?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

const tab = (host: HTMLElement, name: string) => [...host.querySelectorAll<HTMLElement>('[role=tab]')].find(one => one.textContent === name) as HTMLElement;

const names = (host: HTMLElement) => [...host.querySelectorAll('.hnb-name')].map(one => one.textContent);

test('the list shows each tool with its facts, and a digest is copied whole', async () => {
  const { host } = mounted({ tools: () => page([row('gc_content', { capabilities: ['call_agent'] })]) });
  await settled();
  expect(names(host)).toEqual(['gc_content']);
  expect(host.querySelector('.hnb-facts')?.textContent).toBe('1.6 kB \u00b7 2 examples passed \u00b7 7 calls \u00b7 3 reused');
  expect(host.querySelector('.hnb-chip')?.textContent).toBe('call_agent');
  host.querySelector<HTMLElement>('.hnb-digest')?.click();
  expect(copy).toHaveBeenCalledWith(row('gc_content').digest);
  expect(host.querySelector('.hnb-detail')).toBeNull();
  expect(await serious(host)).toEqual([]);
});

test('an answer that comes late does not take the place of a newer one', async () => {
  vi.useFakeTimers();
  const waiting: ((value: unknown) => void)[] = [];
  const { host, source } = mounted({ tools: () => new Promise(resolve => waiting.push(resolve)) });
  type(host, 'n');
  type(host, 'new');
  expect(source.asked.filter(one => one.path === 'tools').length).toBe(1);
  vi.advanceTimersByTime(500);
  expect(source.asked.at(-1)?.params['query']).toBe('new');
  waiting[1]?.(page([row('newer')]));
  await settled();
  waiting[0]?.(page([row('older')]));
  await settled();
  expect(names(host)).toEqual(['newer']);
  vi.useRealTimers();
});

test('words that come while an answer is awaited are asked for as soon as it is there, the newest alone', async () => {
  const waiting: ((value: unknown) => void)[] = [];
  const { host, source } = mounted({ tools: () => new Promise(resolve => waiting.push(resolve)) });
  ['a', 'ab', 'abc'].forEach(words => type(host, words));
  waiting[0]?.(page([row('older')]));
  await settled();
  expect(source.asked.filter(one => one.path === 'tools').map(one => one.params['query'])).toEqual(['', 'abc']);
  expect(names(host)).toEqual([]);
  waiting[1]?.(page([row('abc')]));
  await settled();
  expect(names(host)).toEqual(['abc']);
});

test('rows come by pages, as far as one scrolls', async () => {
  const all = Array.from({ length: 120 }, (_, place) => row(`tool_${place}`));
  const { host } = mounted({ tools: params => page(all.slice(Number(params['offset']), Number(params['offset']) + Number(params['limit'])), all.length, Number(params['offset'])) });
  await settled();
  expect(names(host).length).toBe(50);
  const list = host.querySelector('[role=listbox]') as HTMLElement;
  for (let round = 0; round < 4; round++) {
    list.dispatchEvent(new Event('scroll'));
    await settled();
  }
  expect(names(host)).toEqual(all.map(one => one.name));
  expect(list.lastElementChild?.getAttribute('aria-posinset')).toBe('120');
  expect(list.lastElementChild?.getAttribute('aria-setsize')).toBe('120');
});

test('filters and words are asked for together', async () => {
  const { host, source } = mounted({ tools: () => page([]) });
  await settled();
  expect(host.textContent).toContain('No tools yet.');
  const kind = host.querySelector('select') as HTMLSelectElement;
  kind.value = 'pure';
  kind.dispatchEvent(new Event('change'));
  await settled();
  expect(source.asked.at(-1)?.params).toMatchObject({ kind: 'pure', offset: 0, limit: 50 });
  expect(host.textContent).toContain('No tool fits.');
});

test('the keyboard walks the list, opens a tool and comes back', async () => {
  const tools = ['a', 'b', 'c'].map(name => row(name));
  const { host } = mounted({ tools: () => page(tools), [`tools/${tools[1]?.digest}`]: () => detail('b') });
  await settled();
  const list = host.querySelector('[role=listbox]') as HTMLElement;
  press(list, 'ArrowDown');
  expect(document.getElementById(list.getAttribute('aria-activedescendant') ?? '')?.textContent).toContain('b');
  expect(list.querySelector('[aria-selected=true] .hnb-name')?.textContent).toBe('b');
  press(list, 'c');
  expect(copy).toHaveBeenCalledWith(tools[1]?.digest);
  press(list, 'Enter');
  await settled();
  expect(host.querySelector('h2')?.textContent).toBe('b');
  press(host.querySelector('.hnb-detail'), 'Escape');
  expect(names(host)).toEqual(['a', 'b', 'c']);
  expect(document.activeElement).toBe(list);
  expect(list.querySelector('[aria-selected=true] .hnb-name')?.textContent).toBe('b');
  press(list, 'Escape');
  expect(document.activeElement).toBe(host.querySelector('input'));
});

test('tabs are walked with arrows, and each side is shown', async () => {
  const { host, panel } = mounted({ tools: () => page([]), 'tools/f': () => detail('f'), receipts: () => page([]) });
  panel.open('f');
  await settled();
  const seen: string[] = [];
  for (let side = 0; side < 6; side++) {
    const tab = host.querySelector('[role=tab][aria-selected=true]') as HTMLElement;
    seen.push(tab.textContent ?? '');
    expect(await serious(host)).toEqual([]);
    tab.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await settled();
  }
  expect(seen).toEqual(['Source', 'Interface', 'Graph', 'Versions', 'Receipts', 'Manifest']);
});

test('what goes wrong is told with its help, and asked again on demand', async () => {
  let broken = true;
  const { host } = mounted({
    tools: () => {
      if (broken) {
        throw new Error('the registry cannot be read');
      }
      return page([row('back')]);
    }
  });
  await settled();
  expect(host.querySelector('[role=alert]')?.textContent).toContain('the registry cannot be read');
  broken = false;
  host.querySelector<HTMLElement>('[role=alert] button')?.click();
  await settled();
  expect(names(host)).toEqual(['back']);
});

test('a change of the registry brings the list up to date, and the row that was chosen stays chosen', async () => {
  let tools: ToolRow[] = [row('b'), row('c')];
  const { host, panel, source } = mounted({ tools: () => page(tools) });
  await settled();
  host.querySelector('[role=listbox]')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
  tools = [row('a'), row('b'), row('c')];
  source.change();
  await settled();
  expect(names(host)).toEqual(['a', 'b', 'c']);
  expect(host.querySelector('[aria-selected=true] .hnb-name')?.textContent).toBe('c');
  panel.dispose();
  const before = source.asked.length;
  source.change();
  expect(source.asked.length).toBe(before);
});

test('a change while a tool is shown: its figures follow, a form that was begun stays, and the list is not stale', async () => {
  let tools: ToolRow[] = [row('one')];
  let calls = 7;
  const { host, panel, source } = mounted({ tools: () => page(tools), 'tools/one': () => detail('one', { calls }), [`tools/${row('one').digest}`]: () => detail('one', { calls }) }, { run: vi.fn() });
  panel.open('one');
  await settled();
  tab(host, 'Interface').click();
  (host.querySelector('textarea') as HTMLTextAreaElement).value = 'GATT';
  tools = [row('one'), row('two')];
  calls = 8;
  source.change();
  await settled();
  expect(host.querySelector('.hnb-figures')?.textContent).toContain('calls8');
  expect(host.querySelector('textarea')?.value).toBe('GATT');
  press(host.querySelector('.hnb-detail'), 'Escape');
  expect(names(host)).toEqual(['one', 'two']);
});

test('of two tools that are opened one after the other the last is shown, whichever answer comes first', async () => {
  const waiting: { [name: string]: (value: unknown) => void } = {};
  const later = (name: string) => () => new Promise(resolve => (waiting[name] = resolve));
  const { host, panel } = mounted({ tools: () => page([]), 'tools/a': later('a'), 'tools/b': later('b') });
  panel.open('a');
  panel.open('b');
  waiting['b']?.(detail('b'));
  await settled();
  waiting['a']?.(detail('a'));
  await settled();
  expect(host.querySelector('h2')?.textContent).toBe('b');
  expect(host.querySelector('.hnb-tab-body')?.textContent).toContain('return 0.5');
});

test('an older version says that there is a newer one, and opens it', async () => {
  const old = detail('f', { version: 1, versions: 2 });
  const history = [{ ...old.history[0]!, version: 2, digest: 'sha256:new' }, old.history[0]!];
  const { host, panel } = mounted({ tools: () => page([]), 'tools/f': () => ({ ...old, history }), 'tools/sha256:new': () => detail('f', { version: 2, history }) });
  panel.open('f');
  await settled();
  const open = [...host.querySelectorAll('button')].find(one => one.textContent === 'Open v2');
  open?.click();
  await settled();
  expect(host.querySelector('.hnb-version-of')?.textContent).toBe('v2');
  expect(host.querySelector('.hnb-newer')).toBeNull();
});

test('a difference goes from the older version to the newer, whichever is shown', async () => {
  const old = detail('f', { version: 1, versions: 2 });
  const history = [{ ...old.history[0]!, version: 2, digest: 'sha256:new' }, old.history[0]!];
  const { host, panel, source } = mounted({ tools: () => page([]), 'tools/f': () => ({ ...old, history }), diff: () => ({ from: '', to: '', lines: [{ kind: '+', text: 'x', right: 1 }] }) });
  panel.open('f');
  await settled();
  tab(host, 'Versions').click();
  [...host.querySelectorAll('button')].find(one => one.textContent === 'Diff')?.click();
  await settled();
  expect(source.asked.at(-1)?.params).toEqual({ from: old.digest, to: 'sha256:new' });
  expect(host.textContent).toContain('from v1 to v2');
  expect(host.querySelector('.hnb-added')).not.toBeNull();
});

test('receipts come by pages, open to their inputs, and are replayed', async () => {
  const replay = vi.fn();
  const receipts = Array.from({ length: 23 }, (_, place) => ({ digest: `sha256:r${place}`, tool: 't', outcome: place ? 'value' : 'error', inputs: `n=${place}`, output: 'x', events: 0 }));
  const whole = { ...receipts[0], inputsJson: { n: 0 }, outputJson: null, error: { exception: 'ValueError', message: 'too small', line: 3 }, environment: {}, trace: [] };
  const { host, panel, source } = mounted(
    {
      tools: () => page([]),
      'tools/f': () => detail('f', { kind: 'pure' }),
      receipts: params => page(receipts.slice(Number(params['offset']), Number(params['offset']) + 20), 23),
      'receipts/sha256:r0': () => whole
    },
    { replay }
  );
  panel.open('f');
  await settled();
  tab(host, 'Receipts').click();
  await settled();
  expect(host.querySelectorAll('.hnb-receipt').length).toBe(20);
  [...host.querySelectorAll('button')].find(one => one.textContent === 'More (3)')?.click();
  await settled();
  expect(host.querySelectorAll('.hnb-receipt').length).toBe(23);
  const first = host.querySelector('.hnb-receipt details') as HTMLDetailsElement;
  first.open = true;
  first.dispatchEvent(new Event('toggle'));
  await settled();
  expect(first.textContent).toContain('ValueError: too small');
  expect(first.textContent).toContain('line 3');
  [...first.querySelectorAll('button')].find(one => one.textContent === 'Replay')?.click();
  expect(replay).toHaveBeenCalledWith(expect.objectContaining({ name: 'f' }), 'sha256:r0');
  const before = source.asked.length;
  source.change();
  await settled();
  expect(first.isConnected && first.open).toBe(true);
  expect(source.asked.slice(before).map(one => one.path)).not.toContain('receipts');
});

test('what was copied is said, and so is a browser that refuses', async () => {
  const { host } = mounted({ tools: () => page([row('a')]) });
  await settled();
  host.querySelector<HTMLElement>('.hnb-digest')?.click();
  await settled();
  expect(host.querySelector('.hnb-note')?.textContent).toBe('Copied');
  copy.mockImplementationOnce(() => Promise.reject(new Error('no')));
  host.querySelector<HTMLElement>('.hnb-digest')?.click();
  await settled();
  expect(host.querySelector('.hnb-note')?.textContent).toBe('The browser refuses.');
});

test('where nothing comes, what to do is said after a while', () => {
  vi.useFakeTimers();
  const host = document.createElement('div');
  mountPanel(host, new TableSource({ status: STATUS, tools: () => new Promise(() => undefined) }), { copy }, { slow: 'the kernel is busy' });
  expect(host.textContent).not.toContain('the kernel is busy');
  vi.advanceTimersByTime(2000);
  expect(host.textContent).toContain('the kernel is busy');
  vi.useRealTimers();
});

test.each([
  ['loading', () => new Promise(() => undefined)],
  ['empty', () => page([])],
  ['full', () => page([row('a'), row('b')])],
  ['broken', () => { throw new Error('no'); }]
])('a list that is %s has no serious fault for readers of screens', async (_state, tools) => {
  const { host } = mounted({ tools });
  await settled();
  expect(await serious(host)).toEqual([]);
});

test('two panels of one page share no id', async () => {
  const hosts = [mounted({ tools: () => page([row('a')]) }), mounted({ tools: () => page([row('a')]) })];
  await settled();
  const ids = hosts.flatMap(({ host }) => [...host.querySelectorAll('[id]')].map(one => one.id));
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(ids.length);
});

test('markup of strangers is text everywhere', async () => {
  const bad = {
    doc: BAD,
    summary: BAD,
    source: BAD,
    signature: BAD,
    reason: BAD,
    capabilities: [BAD],
    manifest: { [BAD]: BAD },
    graph: {
      nodes: [
        { digest: row('f').digest, name: BAD, kind: BAD, present: true },
        { digest: 'sha256:1', name: BAD, kind: 'pure', present: false }
      ],
      edges: [{ from: row('f').digest, to: 'sha256:1', role: BAD }],
      cut: true
    }
  };
  const { host, panel } = mounted({
    tools: () => page([row('f', { summary: BAD, capabilities: [BAD], kind: BAD })]),
    'tools/f': () => detail('f', bad),
    receipts: () => page([{ digest: 'sha256:2', tool: 'sha256:3', outcome: 'value', inputs: BAD, output: BAD, events: 1 }])
  });
  await settled();
  panel.open('f');
  await settled();
  for (const tab of host.querySelectorAll<HTMLElement>('[role=tab]')) {
    tab.click();
    await settled();
    expect(host.querySelectorAll('img, script').length).toBe(0);
    expect(host.textContent).not.toContain('\u202e');
  }
  expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
});

test('running tools are shown while they run, with a stop', async () => {
  let running = [{ call: '1', tool: 'slow', digest: 'sha256:4', since: 0 }];
  const listeners: (() => void)[] = [];
  const stop = vi.fn();
  const host = document.createElement('div');
  mountPanel(host, new TableSource({ status: STATUS, tools: () => page([]) }), { copy, stop }, {
    running: { list: () => running, onChange: listener => (listeners.push(listener), () => undefined) }
  });
  host.querySelector<HTMLElement>('.hnb-running button')?.click();
  expect(stop).toHaveBeenCalledWith(running[0]);
  running = [];
  listeners.forEach(listener => listener());
  expect(host.querySelector('.hnb-running')).toBeNull();
});

test('a read-only registry, and the layers that are really on, are said', async () => {
  const { host } = mounted({
    tools: () => page([]),
    status: () => ({
      ...STATUS(),
      writable: false,
      isolation: [
        { layer: 'seccomp', active: true, reason: '' },
        { layer: 'network namespace', active: false, reason: 'the host refuses it' }
      ]
    })
  });
  await settled();
  expect(host.textContent).toContain('This registry is read-only');
  expect(host.textContent).toContain('1 of 2 isolation layers are on');
  expect(host.textContent).toContain('off: network namespace: the host refuses it');
});
