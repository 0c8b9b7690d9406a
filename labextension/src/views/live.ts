import type { Running } from '../data';
import type { Acts, Options } from './acts';
import { button, h, replace } from './dom';

/** The calls that run now, each with a button that stops it; nothing where none runs. */
export class LiveView {
  readonly node = h('div', { class: 'hnb-live', role: 'status', 'aria-live': 'polite' });
  private end: () => void = () => undefined;

  constructor(
    private running: NonNullable<Options['running']>,
    private acts: Acts
  ) {
    this.end = running.onChange(() => this.draw());
    this.draw();
  }

  dispose(): void {
    this.end();
  }

  private draw(): void {
    replace(this.node, ...this.running.list().map(one => this.row(one)));
  }

  private row(one: Running): HTMLElement {
    const stop = this.acts.stop;
    return h(
      'div',
      { class: 'hnb-running' },
      h('span', { class: 'hnb-spinner', 'aria-hidden': 'true' }),
      h('span', {}, `${one.tool} is running`),
      h('span', { class: 'hnb-space' }),
      stop ? button('Stop', `stop ${one.tool}`, () => stop(one)) : null
    );
  }
}
