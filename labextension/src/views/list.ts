import { counted, type Page, type ToolRow } from '../data';
import type { Params } from '../source';
import type { Context } from './acts';
import { button, h, replace, unique } from './dom';
import { Newest } from './newest';
import { toolRow } from './row';
import { message, problem, waiting } from './states';

const PAGE = 50;
/** Rows of one answer at most (hermetic_nb/catalogue). */
const MOST = 200;
/** Pixels before the end of the rows at which more are asked for. */
const AHEAD = 400;
const KINDS = ['native', 'python', 'pure', 'composed', 'wat', 'c', 'zig', 'rust', 'ts'];
const CAPABILITIES: [string, string][] = [
  ['call_agent', 'asks agents'],
  ['env', 'environment'],
  ['data', 'data'],
  ['tool', 'uses tools'],
  ['wheel', 'wheels']
];
const STEPS: { [key: string]: number } = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };

/** The list of tools: a search field, filters, rows that more are added to on scrolling. */
export class ToolList {
  readonly node: HTMLElement;
  private rows = h('ul', { class: 'hnb-rows', role: 'listbox', 'aria-label': 'tools', 'aria-keyshortcuts': 'Enter c', tabindex: '0' });
  /** What stands in the place of rows. */
  private place = h('div', { class: 'hnb-instead' });
  private count = h('div', { class: 'hnb-count', role: 'status', 'aria-live': 'polite' });
  private field: HTMLInputElement;
  private kind: HTMLSelectElement;
  private capability: HTMLSelectElement;
  private items: ToolRow[] = [];
  private total = 0;
  private active = 0;
  /** What the rows that are shown answer. */
  private answered = '';
  private loading = false;
  private id = unique('row');
  private scrolled = 0;
  private newest = new Newest(isNewest => this.load(isNewest));

  constructor(private context: Context) {
    this.field = h('input', {
      type: 'search',
      class: 'hnb-search',
      placeholder: 'Search tools',
      'aria-label': 'search tools',
      oninput: () => this.refresh(),
      onkeydown: (event: KeyboardEvent) => this.leave(event)
    }) as HTMLInputElement;
    this.kind = this.select('kind of tool', [['', 'any kind'], ...KINDS.map(kind => [kind, kind] as [string, string])]);
    this.capability = this.select('what it may reach', [['', 'any reach'], ...CAPABILITIES]);
    this.rows.addEventListener('keydown', event => this.key(event));
    this.rows.addEventListener('scroll', () => {
      this.scrolled = this.rows.scrollTop;
      void this.more();
    });
    this.node = h(
      'div',
      { class: 'hnb-list' },
      h('div', { class: 'hnb-tools' }, this.field, h('div', { class: 'hnb-filters' }, this.kind, this.capability)),
      h('div', { class: 'hnb-count-line' }, this.count, button('Use', 'how the tools were used', () => this.context.openUse(), { class: 'hnb-link' })),
      this.rows,
      this.place
    );
    this.instead(waiting(context.options.slow));
  }

  /** Ask again; rows that are still there keep their place. */
  refresh(): void {
    this.newest.ask();
  }

  /** Put the cursor into the search field. */
  focus(): void {
    this.field.focus();
  }

  /** Come back from a tool to its row. */
  back(): void {
    this.rows.scrollTop = this.scrolled;
    (this.items.length ? this.rows : this.field).focus({ preventScroll: true });
  }

  dispose(): void {
    this.newest.dispose();
  }

  private async load(isNewest: () => boolean): Promise<void> {
    const asked = this.params(0);
    const same = JSON.stringify(asked) === this.answered;
    try {
      const limit = same ? Math.min(Math.max(PAGE, this.items.length), MOST) : PAGE;
      const page = await this.context.source.get<Page<ToolRow>>('tools', { ...asked, limit });
      if (isNewest()) {
        this.answered = JSON.stringify(asked);
        this.draw(page, same ? this.items[this.active]?.name : undefined);
      }
    } catch (error) {
      if (isNewest()) {
        this.answered = '';
        replace(this.count);
        this.instead(problem(error, () => this.refresh()));
      }
    }
  }

  /** Take the next page where the end is in sight. */
  private async more(): Promise<void> {
    const end = this.rows.scrollTop + this.rows.clientHeight > this.rows.scrollHeight - AHEAD;
    if (!end || this.loading || !this.items.length || this.items.length >= this.total) {
      return;
    }
    this.loading = true;
    const { answered, items } = this;
    try {
      const page = await this.context.source.get<Page<ToolRow>>('tools', this.params(items.length));
      if (answered === this.answered && items === this.items) {
        const first = items.length;
        items.push(...page.items);
        page.items.forEach((tool, place) => this.rows.appendChild(this.row(tool, first + place)));
      }
    } catch {
      // The rows that are there stay; the next scroll asks again.
    } finally {
      this.loading = false;
    }
  }

  private params(offset: number): Params {
    return { query: this.field.value.trim(), kind: this.kind.value, capability: this.capability.value, offset, limit: PAGE };
  }

  private draw(page: Page<ToolRow>, kept: string | undefined): void {
    this.items = page.items;
    this.total = page.total;
    replace(this.count, counted(this.total, 'tool'));
    if (!this.items.length) {
      this.instead(this.field.value || this.kind.value || this.capability.value ? this.nothingFits() : nothingYet());
      return;
    }
    this.place.remove();
    this.rows.hidden = false;
    replace(this.rows, ...this.items.map((tool, place) => this.row(tool, place)));
    this.rows.scrollTop = kept === undefined ? 0 : this.scrolled;
    this.mark(Math.max(0, kept === undefined ? 0 : this.items.findIndex(tool => tool.name === kept)), false);
  }

  /** A message where the rows were: a listbox may hold nothing but options. */
  private instead(node: HTMLElement): void {
    this.items = [];
    replace(this.rows);
    this.rows.hidden = true;
    this.rows.removeAttribute('aria-activedescendant');
    replace(this.place, node);
    this.node.appendChild(this.place);
  }

  private nothingFits(): HTMLElement {
    const node = message('No tool fits.', 'Other words may: names, descriptions and parameters are searched.');
    node.appendChild(
      button('Show all', 'clear the search and the filters', () => {
        this.field.value = '';
        this.kind.value = '';
        this.capability.value = '';
        this.refresh();
        this.focus();
      })
    );
    return node;
  }

  private row(tool: ToolRow, place: number): HTMLElement {
    const row = toolRow(tool, { id: `${this.id}-${place}`, 'aria-setsize': this.total, 'aria-posinset': place + 1 }, text => this.context.acts.copy(text));
    row.addEventListener('click', () => {
      this.mark(place, false);
      this.context.open(tool.digest);
    });
    return row;
  }

  private leave(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' && this.items.length) {
      event.preventDefault();
      this.rows.focus();
    } else if (event.key === 'Enter' && this.items[0]) {
      event.preventDefault();
      this.context.open(this.items[0].digest);
    }
  }

  private key(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    const tool = this.items[this.active];
    if (step !== undefined) {
      event.preventDefault();
      if (event.key === 'ArrowUp' && this.active === 0) {
        this.focus();
      } else {
        this.mark(Math.min(Math.max(this.active + step, 0), this.items.length - 1), true);
      }
    } else if (event.key === 'Escape' || event.key === '/') {
      event.preventDefault();
      this.focus();
    } else if (event.key === 'c' && !event.ctrlKey && !event.metaKey && tool) {
      void this.context.acts.copy(tool.digest);
    } else if ((event.key === 'Enter' || event.key === ' ') && tool) {
      event.preventDefault();
      this.context.open(tool.digest);
    }
  }

  private mark(place: number, seen: boolean): void {
    this.rows.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = place;
    const row = this.rows.children[place];
    row?.setAttribute('aria-selected', 'true');
    this.rows.setAttribute('aria-activedescendant', `${this.id}-${place}`);
    if (seen) {
      row?.scrollIntoView({ block: 'nearest' });
    }
  }

  private select(label: string, choices: [string, string][]): HTMLSelectElement {
    const options = choices.map(([value, text]) => h('option', { value }, text));
    return h('select', { class: 'hnb-select', 'aria-label': label, onchange: () => this.refresh() }, ...options) as HTMLSelectElement;
  }
}

function nothingYet(): HTMLElement {
  return message('No tools yet.', 'Write %%hermetic_tool on the first line of a cell with a typed function, and run it.');
}
