/** The screen: refreshed every interval, and at each key. */

import { type Canvas, draw, pageOf } from './draw';
import { History } from './history';
import { type ListLine, listOf } from './list';
import type { Sample } from './sample';
import { keysIn, press, type State } from './state';
import { Terminal } from './terminal';

/** Shows it until it is quit. Rejects where the table cannot be read. */
export function runScreen(read: () => Promise<Sample>, state: State, look: Canvas): Promise<void> {
  return new Promise((resolve, reject) => {
    const history = new History();
    let sample: Sample | undefined;
    let list: ListLine[] = [];
    let timer: NodeJS.Timeout | undefined;

    const show = () => {
      if (sample === undefined) return;
      list = listOf(sample, state);
      state.chosen = Math.max(0, Math.min(state.chosen, list.length - 1));
      terminal.show(draw(sample, list, history, state, { ...look, ...terminal.size }));
    };
    const end = (settle: () => void) => {
      clearTimeout(timer);
      state.quit = true;
      terminal.giveBack();
      settle();
    };
    const refresh = async () => {
      if (!state.paused || sample === undefined) {
        const before = list[state.chosen];
        sample = await read();
        history.take(sample.services);
        follow(before);
      }
      if (state.quit) return;
      show();
      timer = setTimeout(() => refresh().catch((error) => end(() => reject(error))), state.interval * 1000);
    };
    /** The chosen line stays chosen where it goes. */
    const follow = (before: ListLine | undefined) => {
      if (before === undefined || sample === undefined || state.chosen === 0) return;
      const same = listOf(sample, state).findIndex((line) => nameOf(line) === nameOf(before));
      if (same >= 0) state.chosen = same;
    };
    const terminal = new Terminal((text) => {
      for (const key of keysIn(text)) {
        const shown = {
          lines: list.length,
          page: pageOf(terminal.size),
          service: list[state.chosen]?.service.name,
        };
        press(state, key, shown);
        if (state.quit) return end(resolve);
      }
      show();
    }, show);
    terminal.take();
    refresh().catch((error) => end(() => reject(error)));
  });
}

function nameOf(line: ListLine): string {
  return line.kind === 'service' ? line.service.name : `${line.service.name} ${line.server.name}`;
}
