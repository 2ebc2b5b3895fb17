/** The screen: refreshed every interval, and at each key. */

import { type Canvas, draw, pageOf } from './draw';
import { History } from './history';
import { List, type ListLine } from './list';
import type { Sample } from './sample';
import { keysIn, press, type State } from './state';
import { Terminal } from './terminal';

/** Shows it until it is quit. Rejects where the table cannot be read. */
export function runScreen(
  read: (before: Sample | undefined) => Promise<Sample>,
  state: State,
  look: Canvas,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const history = new History();
    let sample: Sample | undefined;
    let list: List | undefined;
    let timer: NodeJS.Timeout | undefined;

    /** `chosen` is the line to stay chosen, wherever it goes. */
    const show = (chosen?: ListLine) => {
      if (sample === undefined) return;
      list = new List(sample, state);
      const place = chosen === undefined ? -1 : list.find(chosen);
      if (place >= 0) state.chosen = place;
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
      // The first line stays the first, whoever comes there.
      const chosen = state.chosen === 0 ? undefined : list?.line(state.chosen);
      if (!state.paused || sample === undefined) {
        sample = await read(sample);
        history.take(sample);
      }
      if (state.quit) return;
      show(chosen);
      timer = setTimeout(() => refresh().catch((error) => end(() => reject(error))), state.interval * 1000);
    };
    const terminal = new Terminal((text) => {
      for (const key of keysIn(text)) {
        const shown = {
          lines: list?.length ?? 0,
          page: pageOf(terminal.size),
          service: list?.line(state.chosen)?.service.name,
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
