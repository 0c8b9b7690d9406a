/** The panel over a made-up registry, in the state that the page's hash names: `state=list&count=30&open=gc_content&acts=1`. */

import type { Running } from '../../src/data';
import { highlighted } from '../../src/views/highlight';
import { mountPanel } from '../../src/views/panel';
import { HarnessSource } from './data';

const wanted = new URLSearchParams(location.hash.slice(1));
const state = wanted.get('state') ?? 'list';
const done: string[] = [];
const act = (name: string) => (): void => void done.push(name);
const running: Running[] = state === 'running' ? [{ call: '1', tool: 'slow_tool', digest: 'sha256:00', since: Date.now() - 12_400 }] : [];
const host = document.getElementById('host') as HTMLElement;
const panel = mountPanel(
  host,
  new HarnessSource({ state, count: Number(wanted.get('count') ?? 30) }),
  wanted.has('plain')
    ? { copy: act('copy'), insertCall: act('insertCall'), run: act('run'), verify: act('verify'), replay: act('replay') }
    : { copy: act('copy'), insertCall: act('insertCall'), run: act('run'), verify: act('verify'), replay: act('replay'), exportTool: act('exportTool'), stop: act('stop') },
  { highlight: highlighted, byCopy: wanted.has('plain'), running: { list: () => running, onChange: () => () => undefined } }
);
const open = wanted.get('open');
if (open) {
  panel.open(open);
}
Object.assign(globalThis, { done, panel });
