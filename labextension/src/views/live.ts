import type { Running } from '../data';
import type { Acts, Options } from './acts';
import { button, h, replace } from './dom';
import { excerpt } from './text';

/** The calls that run now, each with a button that stops it; nothing where none runs. */
export class LiveView {
  readonly node = h('div', { class: 'hnb-live', role: 'status', 'aria-live': 'polite' });
  private end: () => void;
  private clock: ReturnType<typeof setInterval> | null = null;
  private shown = '';

  constructor(
    private running: NonNullable<Options['running']>,
    private acts: Acts
  ) {
    this.end = running.onChange(() => this.draw());
    this.draw();
  }

  dispose(): void {
    this.end();
    this.stopClock();
  }

  private draw(): void {
    const calls = this.running.list();
    const key = JSON.stringify(calls.map(one => [one.call, one.digest]));
    if (key === this.shown) {
      return; // what is heard is not said again
    }
    this.shown = key;
    this.stopClock();
    const rows = calls.map(one => this.row(one));
    replace(this.node, ...rows.map(row => row.node));
    if (rows.length) {
      this.clock = setInterval(() => rows.forEach(row => row.tick()), 1000);
    }
  }

  private row(one: Running): { node: HTMLElement; tick: () => void } {
    const stop = this.acts.stop;
    const time = h('span', { class: 'hnb-faint hnb-still', 'aria-hidden': 'true' });
    const tick = () => {
      time.textContent = `${Math.max(0, Math.round((Date.now() - one.since) / 1000))} s`;
    };
    tick();
    const node = h(
      'div',
      { class: 'hnb-running' },
      h('span', { class: 'hnb-spinner', 'aria-hidden': 'true' }),
      h('span', { class: 'hnb-name' }, excerpt(one.tool, 100)),
      h('span', { class: 'hnb-still' }, ' is running '),
      time,
      h('span', { class: 'hnb-space' }),
      stop ? button('Stop', `stop ${one.tool}`, () => stop(one)) : null
    );
    return { node, tick };
  }

  private stopClock(): void {
    if (this.clock !== null) {
      clearInterval(this.clock);
      this.clock = null;
    }
  }
}
