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

const names = (host: HTMLElement) => [...host.querySelectorAll('.hnb-name')].map(one => one.textContent);

test('the list shows each tool with its facts, and a digest is copied whole', async () => {
  const { host } = mounted({ tools: () => page([row('gc_content', { capabilities: ['call_agent'] })]) });
  await settled();
  expect(names(host)).toEqual(['gc_content']);
  expect(host.querySelector('.hnb-facts')?.textContent).toBe('1.6 kB \u00b7 2 examples \u00b7 7 calls \u00b7 3 reused');
  expect(host.querySelector('.hnb-chip')?.textContent).toBe('call_agent');
  host.querySelector<HTMLElement>('.hnb-digest')?.click();
  expect(copy).toHaveBeenCalledWith(row('gc_content').digest);
  expect(host.querySelector('.hnb-detail')).toBeNull();
  expect(await serious(host)).toEqual([]);
});

test('an answer that comes late does not take the place of a newer one', async () => {
  const waiting: ((value: unknown) => void)[] = [];
  const { host } = mounted({ tools: () => new Promise(resolve => waiting.push(resolve)) });
  const field = host.querySelector('input') as HTMLInputElement;
  field.value = 'new';
  field.dispatchEvent(new Event('input'));
  waiting[1]?.(page([row('newer')]));
  await settled();
  waiting[0]?.(page([row('older')]));
  await settled();
  expect(names(host)).toEqual(['newer']);
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
  const press = (node: Element | null, key: string) => node?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  press(list, 'ArrowDown');
  expect(list.getAttribute('aria-activedescendant')).toBe('hnb-row-1');
  expect(list.querySelector('[aria-selected=true] .hnb-name')?.textContent).toBe('b');
  press(list, 'c');
  expect(copy).toHaveBeenCalledWith(tools[1]?.digest);
  press(list, 'Enter');
  await settled();
  expect(host.querySelector('h2')?.textContent).toBe('b');
  press(host.querySelector('.hnb-detail'), 'Escape');
  expect(names(host)).toEqual(['a', 'b', 'c']);
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

test('a change of the registry brings the list up to date, and leaves an open tool alone', async () => {
  let tools: ToolRow[] = [row('one')];
  const { host, panel, source } = mounted({ tools: () => page(tools), 'tools/one': () => detail('one') });
  await settled();
  tools = [row('one'), row('two')];
  source.change();
  await settled();
  expect(names(host)).toEqual(['one', 'two']);
  panel.open('one');
  await settled();
  const before = source.asked.length;
  source.change();
  await settled();
  expect(source.asked.length).toBe(before);
  panel.dispose();
  source.change();
  expect(source.asked.length).toBe(before);
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
  expect(host.textContent).toContain('read-only registry');
  expect(host.textContent).toContain('1 of 2 isolation layers are on');
  expect(host.textContent).toContain('network namespace: the host refuses it');
});
