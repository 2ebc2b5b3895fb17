/** Moving a weight in steps, on fake time and a simulated director. */

import { expect, jest, test } from '@jest/globals';
import { ONE, onFakeTime, outcome, pass, type Scene, twoServers, WEB } from './director';

onFakeTime();

async function server({ ipvs }: Scene) {
  return (await ipvs.destinations(WEB)).find(({ address }) => address === ONE.address);
}

/** The weight, every `step` milliseconds. */
async function weights(scene: Scene, milliseconds: number, step: number): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = [];
  for (let passed = 0; passed < milliseconds; passed += step) {
    await pass(scene, step, step);
    seen.push((await server(scene))?.weight);
  }
  return seen;
}

test('steps come at even times', async () => {
  const scene = await twoServers();
  await scene.ipvs.patchDestination(WEB, ONE, { weight: 0 });
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { to: 100, over: 10_000 }));
  await pass(scene, 50, 50);
  expect(await weights(scene, 10_000, 1000)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(ramp.value).toEqual({ outcome: 'done', weight: 100 });
  await scene.ipvs.close();
  expect(jest.getTimerCount()).toBe(0);
});

test('down, from another weight, in steps that are no whole numbers', async () => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 10, to: 1, over: 1000, steps: 4 }));
  await jest.advanceTimersByTimeAsync(0);
  expect(await server(scene)).toMatchObject({ weight: 10 });
  expect(await weights(scene, 1000, 250)).toEqual([8, 6, 3, 1]);
  expect(ramp.value).toEqual({ outcome: 'done', weight: 1 });
  await scene.ipvs.close();
});

test('a slow answer does not put off what comes after it', async () => {
  const scene = await twoServers();
  await scene.ipvs.patchDestination(WEB, ONE, { weight: 0 });
  scene.simulator.fail({ syscall: 'patchDestination', delay: 80 });
  const began = Date.now();
  const done = scene.ipvs.rampWeight(WEB, ONE, { to: 100, over: 10_000, steps: 100 });
  let took = 0;
  done.then(() => {
    took = Date.now() - began;
  });
  await pass(scene, 10_200, 10);
  expect(await done).toEqual({ outcome: 'done', weight: 100 });
  expect(took).toBeLessThanOrEqual(10_100);
  await scene.ipvs.close();
});

test('at once, over no time', async () => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { to: 7, over: 0, steps: 1 }));
  await jest.advanceTimersByTimeAsync(0);
  await jest.advanceTimersByTimeAsync(0);
  expect(ramp.value).toEqual({ outcome: 'done', weight: 7 });
  await scene.ipvs.close();
});

test('other changes survive', async () => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 0, to: 10, over: 1000 }));
  await pass(scene, 450, 50);
  await scene.ipvs.patchDestination(WEB, ONE, { forward: 'droute', upperThreshold: 9 });
  await pass(scene, 600, 50);
  expect(ramp.value).toEqual({ outcome: 'done', weight: 10 });
  expect(await server(scene)).toMatchObject({ forward: 'droute', upperThreshold: 9, weight: 10 });
  await scene.ipvs.close();
});

test.each([
  ['sets the weight', 'patchDestination', [WEB, ONE, { weight: 77 }], { outcome: 'superseded', weight: 77 }],
  ['removes it', 'deleteDestination', [WEB, ONE], { outcome: 'superseded' }],
  ['removes its service', 'deleteService', [WEB], { outcome: 'superseded' }],
] as const)('it stops where somebody else %s', async (_, verb, args, result) => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 0, to: 100, over: 1000 }));
  await pass(scene, 350, 50);
  const other = await scene.simulator.open();
  await (other[verb] as (...given: unknown[]) => Promise<void>)(...args);
  const after = await other.table({ stats: false });
  await pass(scene, 1000, 50);
  expect(ramp.value).toEqual(result);
  expect(await other.table({ stats: false })).toEqual(after);
  await other.close();
  await scene.ipvs.close();
});

test('its signal ends it, and the weight stays', async () => {
  const scene = await twoServers();
  const controller = new AbortController();
  const { signal } = controller;
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 0, to: 100, over: 1000, signal }));
  await pass(scene, 350, 50);
  controller.abort('enough');
  await pass(scene, 1000, 50);
  expect(ramp.error).toBe('enough');
  expect(await server(scene)).toMatchObject({ weight: 30 });
  await scene.ipvs.close();
  expect(jest.getTimerCount()).toBe(0);
});

test('it ends with the handle', async () => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 0, to: 100, over: 1000 }));
  await pass(scene, 350, 50);
  await scene.ipvs.close();
  await jest.advanceTimersByTimeAsync(0);
  expect(ramp.error).toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'rampWeight' });
  expect(jest.getTimerCount()).toBe(0);
});

test('an answer that was lost is no change of somebody else', async () => {
  const scene = await twoServers();
  const ramp = outcome(scene.ipvs.rampWeight(WEB, ONE, { from: 0, to: 100, over: 1000 }));
  await pass(scene, 350, 50);
  scene.simulator.fail({ syscall: 'patchDestination', errno: 'ENOBUFS', times: 2 });
  await pass(scene, 700, 50);
  expect(ramp.value).toEqual({ outcome: 'done', weight: 100 });
  await scene.ipvs.close();
});

test('what is not there is refused', async () => {
  const scene = await twoServers();
  const options = { to: 1, over: 1 };
  await expect(scene.ipvs.rampWeight({ ...WEB, port: 1 }, ONE, options)).rejects.toMatchObject({
    code: 'ESRCH',
  });
  await expect(scene.ipvs.rampWeight(WEB, { ...ONE, port: 1 }, options)).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'rampWeight',
  });
  await scene.ipvs.close();
});
