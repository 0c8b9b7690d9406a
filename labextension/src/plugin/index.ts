/** The JupyterLab and Notebook plugins: the panel, what it does in notebooks, and what it adds to the front end. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';

import { highlighted } from '../views/highlight';
import { notebookActs } from './acting';
import { Badges } from './badges';
import { registerHover } from './hover';
import { followLanguages } from './languages';
import { Lines } from './line';
import { registerMagicLines } from './magicline';
import { RestSource } from './rest';
import { sealActiveCell } from './sealing';
import { icon, Sidebar } from './sidebar';
import { StatusItem } from './status';
import { openTour } from './tour';
import { verifyNotebook } from './verifying';

const ID = 'hermetic-nb:plugin';
const CATEGORY = 'Sealed Tools';

const commands = {
  panel: 'hermetic-nb:open-panel',
  seal: 'hermetic-nb:seal-cell',
  verify: 'hermetic-nb:verify-notebook',
  tour: 'hermetic-nb:open-tour'
};

interface Settings {
  panel: boolean;
  badges: boolean;
  languages: boolean;
  hover: boolean;
  statusBar: boolean;
}

const DEFAULTS: Settings = { panel: true, badges: true, languages: true, hover: true, statusBar: true };

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The panel of sealed tools, and what it does in notebooks.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILayoutRestorer, ICommandPalette, ISettingRegistry, IStatusBar, ILauncher, IEditorExtensionRegistry],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
    statusBar: IStatusBar | null,
    launcher: ILauncher | null,
    extensions: IEditorExtensionRegistry | null
  ): Promise<void> => {
    const source = new RestSource(app.serviceManager);
    const settings = await loaded(registry);
    if (extensions && settings.hover) {
      registerHover(extensions, source);
    }
    if (extensions && settings.languages) {
      registerMagicLines(extensions);
    }
    const lines = new Lines(tracker);
    const acts = notebookActs(app, tracker, source, running => void lines.stop(running));
    const sidebar = new Sidebar(source, acts, { highlight: highlighted, running: lines });
    const openPanel = (digest?: string) => {
      app.shell.activateById(sidebar.id);
      if (digest) {
        sidebar.open(digest);
      }
    };
    if (settings.panel) {
      app.shell.add(sidebar, 'left', { rank: 650, type: 'Sealed tools' });
      restorer?.add(sidebar, sidebar.id);
    }
    const badges = settings.badges ? new Badges(source, openPanel, tracker) : null;
    if (settings.languages) {
      followLanguages(tracker);
    }
    app.commands.addCommand(commands.panel, {
      label: 'Show Sealed Tools',
      icon,
      isVisible: () => settings.panel,
      execute: () => openPanel()
    });
    app.commands.addCommand(commands.seal, {
      label: args => (args['toolbar'] ? '' : 'Seal This Cell'),
      caption: 'Seal this cell: make a sealed tool of its function',
      icon,
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => sealActiveCell(tracker)
    });
    app.commands.addCommand(commands.verify, {
      label: 'Verify Notebook',
      caption: 'Build every sealed tool of the notebook again, and compare the digests',
      icon,
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => verifyNotebook(tracker, lines, source, (cell, verdict) => badges?.judge(cell, verdict))
    });
    app.commands.addCommand(commands.tour, { label: 'Tour of Sealed Tools', icon, execute: () => openTour(app, source) });
    for (const command of Object.values(commands)) {
      palette?.addItem({ command, category: CATEGORY });
    }
    launcher?.add({ command: commands.tour, category: 'Other', rank: 50 });
    if (settings.statusBar) {
      statusBar?.registerStatusItem('hermetic-nb:status', { item: new StatusItem(source, () => openPanel()), align: 'right', rank: 30 });
    }
  }
};

async function loaded(registry: ISettingRegistry | null): Promise<Settings> {
  const found = await registry?.load(ID).catch(() => null);
  return { ...DEFAULTS, ...((found?.composite as Partial<Settings> | undefined) ?? {}) };
}

export default plugin;
