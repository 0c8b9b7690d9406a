import { h, replace, unique } from './dom';

/** Tabs and the side of the chosen one; arrows, Home and End walk them. */
export class Tabs<Name extends string> {
  readonly node: HTMLElement;
  chosen: Name;
  private tabs = new Map<Name, HTMLElement>();
  private body: HTMLElement;

  constructor(
    private names: readonly Name[],
    first: Name,
    label: string,
    private side: (name: Name) => HTMLElement
  ) {
    this.chosen = first;
    const body = unique('side');
    for (const name of names) {
      const onkeydown = (event: KeyboardEvent) => this.key(event, name);
      this.tabs.set(
        name,
        h('button', { type: 'button', role: 'tab', id: unique('tab'), class: 'hnb-tab', 'aria-controls': body, onclick: () => this.choose(name), onkeydown }, name)
      );
    }
    this.body = h('div', { class: 'hnb-tab-body', role: 'tabpanel', id: body, tabindex: '0' });
    this.node = h('div', {}, h('div', { class: 'hnb-tabs', role: 'tablist', 'aria-label': label }, ...this.tabs.values()), this.body);
    this.choose(first);
  }

  choose(name: Name): void {
    this.chosen = name;
    for (const [other, tab] of this.tabs) {
      tab.setAttribute('aria-selected', String(other === name));
      tab.setAttribute('tabindex', other === name ? '0' : '-1');
    }
    this.body.setAttribute('aria-labelledby', this.tabs.get(name)?.id ?? '');
    this.draw();
  }

  /** Make the chosen side anew. */
  draw(): void {
    replace(this.body, this.side(this.chosen));
  }

  /** Whether a user has opened something in the chosen side, which drawing it anew would close. */
  get isInUse(): boolean {
    return this.body.querySelector('details[open], .hnb-diff') !== null;
  }

  private key(event: KeyboardEvent, name: Name): void {
    const last = this.names.length - 1;
    const place = this.names.indexOf(name);
    const next = { ArrowRight: place === last ? 0 : place + 1, ArrowLeft: place === 0 ? last : place - 1, Home: 0, End: last }[event.key];
    const to = next === undefined ? undefined : this.names[next];
    if (to !== undefined) {
      event.preventDefault();
      this.choose(to);
      this.tabs.get(to)?.focus();
    }
  }
}
