import { counted, sized, type Page, type ToolRow } from '../data';
import type { Params, Source } from '../source';
import type { Acts } from './acts';
import { badge, digestButton, h, replace } from './dom';
import { message, problem } from './states';

const PAGE = 50;
const KINDS = ['native', 'python', 'pure', 'composed', 'wat', 'c', 'zig', 'rust', 'ts'];
const CAPABILITIES: [string, string][] = [
  ['call_agent', 'asks agents'],
  ['env', 'environment'],
  ['data', 'data'],
  ['tool', 'uses tools'],
  ['wheel', 'wheels']
];

/** The list of tools: a search field, filters, rows that more are added to on scrolling. */
export class ToolList {
  readonly node: HTMLElement;
  private rows = h('ul', { class: 'hnb-rows', role: 'listbox', 'aria-label': 'tools', 'aria-keyshortcuts': 'Enter c', tabindex: '0' });
  private count = h('div', { class: 'hnb-count', role: 'status', 'aria-live': 'polite' });
  private field: HTMLInputElement;
  private kind: HTMLSelectElement;
  private capability: HTMLSelectElement;
  private items: ToolRow[] = [];
  private total = 0;
  private active = 0;
  /** The number of the last request: answers of earlier ones are dropped. */
  private asked = 0;
  private loading = false;

  constructor(
    private source: Source,
    private acts: Acts,
    private open: (tool: ToolRow) => void
  ) {
    this.field = h('input', {
      type: 'search',
      class: 'hnb-search',
      placeholder: 'Search tools',
      'aria-label': 'search tools',
      oninput: () => void this.refresh(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'ArrowDown' && this.items.length) {
          event.preventDefault();
          this.rows.focus();
        }
      }
    }) as HTMLInputElement;
    this.kind = this.select('kind of tool', [['', 'any kind'], ...KINDS.map(kind => [kind, kind] as [string, string])]);
    this.capability = this.select('what it may reach', [['', 'reaches anything'], ...CAPABILITIES]);
    this.rows.addEventListener('keydown', event => this.key(event));
    this.rows.addEventListener('scroll', () => void this.more());
    this.node = h(
      'div',
      { class: 'hnb-list' },
      h('div', { class: 'hnb-tools' }, this.field, h('div', { class: 'hnb-filters' }, this.kind, this.capability)),
      this.count,
      this.rows
    );
  }

  /** Ask again from the start. */
  async refresh(): Promise<void> {
    const number = ++this.asked;
    if (!this.items.length) {
      replace(this.rows, message('Loading ...'));
    }
    try {
      const page = await this.source.get<Page<ToolRow>>('tools', this.params(0));
      if (number !== this.asked) {
        return;
      }
      this.items = page.items;
      this.total = page.total;
      this.active = 0;
      this.draw();
    } catch (error) {
      if (number === this.asked) {
        this.items = [];
        replace(this.count);
        replace(this.rows, problem(error, () => void this.refresh()));
      }
    }
  }

  /** Take the next page where the end is in sight. */
  private async more(): Promise<void> {
    const end = this.rows.scrollTop + this.rows.clientHeight > this.rows.scrollHeight - 400;
    if (!end || this.loading || this.items.length >= this.total) {
      return;
    }
    this.loading = true;
    const number = this.asked;
    try {
      const page = await this.source.get<Page<ToolRow>>('tools', this.params(this.items.length));
      if (number === this.asked) {
        const first = this.items.length;
        this.items.push(...page.items);
        page.items.forEach((tool, place) => this.rows.appendChild(this.row(tool, first + place)));
      }
    } catch {
      // The rows that are there stay; the next scroll asks again.
    } finally {
      this.loading = false;
    }
  }

  /** Put the cursor into the search field. */
  focus(): void {
    this.field.focus();
  }

  private params(offset: number): Params {
    return {
      query: this.field.value.trim(),
      kind: this.kind.value,
      capability: this.capability.value,
      offset,
      limit: PAGE
    };
  }

  private draw(): void {
    replace(this.count, counted(this.total, 'tool'));
    if (this.items.length) {
      replace(this.rows, ...this.items.map((tool, place) => this.row(tool, place)));
      this.mark(0, false);
      return;
    }
    this.rows.removeAttribute('aria-activedescendant');
    const sought = this.field.value || this.kind.value || this.capability.value;
    replace(
      this.rows,
      sought
        ? message('No tool fits.', 'Other words may: names, descriptions and parameters are searched.')
        : message('No tools yet.', 'Write %%hermetic_tool on the first line of a cell with a typed function, and run it.')
    );
  }

  private row(tool: ToolRow, place: number): HTMLElement {
    const facts = [
      sized(tool.size),
      tool.examples ? counted(tool.examples, 'example') : 'no examples',
      counted(tool.calls, 'call'),
      tool.reused ? `${tool.reused.toLocaleString('en')} reused` : ''
    ].filter(Boolean);
    return h(
      'li',
      {
        class: 'hnb-row',
        role: 'option',
        id: `hnb-row-${place}`,
        'aria-selected': 'false',
        onclick: () => {
          this.mark(place, false);
          this.open(tool);
        }
      },
      h(
        'div',
        { class: 'hnb-row-head' },
        badge(tool.kind),
        h('span', { class: 'hnb-name' }, tool.name),
        h('span', { class: 'hnb-faint' }, `v${tool.version}`),
        h('span', { class: 'hnb-space' }),
        digestButton(tool.digest, this.acts.copy, true)
      ),
      tool.summary ? h('div', { class: 'hnb-summary' }, tool.summary) : null,
      h('div', { class: 'hnb-facts' }, facts.join(' \u00b7 ')),
      tool.capabilities.length
        ? h('div', { class: 'hnb-chips' }, ...tool.capabilities.slice(0, 6).map(one => h('span', { class: 'hnb-chip' }, one)))
        : null
    );
  }

  private key(event: KeyboardEvent): void {
    const steps: { [key: string]: number } = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (event.key === 'ArrowUp' && this.active === 0) {
        this.field.focus();
        return;
      }
      this.mark(Math.min(Math.max(this.active + step, 0), this.items.length - 1), true);
    } else if (event.key === 'c' && !event.ctrlKey && !event.metaKey) {
      const tool = this.items[this.active];
      if (tool) {
        this.acts.copy(tool.digest);
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      const tool = this.items[this.active];
      if (tool && event.target === this.rows) {
        event.preventDefault();
        this.open(tool);
      }
    }
  }

  private mark(place: number, seen: boolean): void {
    this.rows.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = place;
    const row = this.rows.children[place];
    row?.setAttribute('aria-selected', 'true');
    this.rows.setAttribute('aria-activedescendant', `hnb-row-${place}`);
    if (seen) {
      row?.scrollIntoView({ block: 'nearest' });
    }
  }

  private select(label: string, choices: [string, string][]): HTMLSelectElement {
    const options = choices.map(([value, text]) => h('option', { value }, text));
    return h('select', { class: 'hnb-select', 'aria-label': label, onchange: () => void this.refresh() }, ...options) as HTMLSelectElement;
  }
}
