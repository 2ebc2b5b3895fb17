import { constants } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Destination, IpvsError, type Service } from '../../../lib/index';
import { type Expressed, expressed, isDeed } from './classify';
import { perform, type Scene, setScene, stateOf } from './scene';
import { translateState } from './translate';

const NODE_CODES = ['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_VALUE', 'ERR_OUT_OF_RANGE'];

/** Where the library's answer is not the kernel's, which is an errno or an empty list for the same thing. */
const ANSWERS: Record<string, unknown> = {
  'svc.get.missing': undefined,
  'svc.get.fwmark-service-by-0-address': undefined,
  'dst.dump.service-missing': 'ESRCH',
};

const accepted = expressed.filter(
  ({ row, refusal }) => !refusal && row.errno === 'OK' && !(row.id in ANSWERS),
);
const answered = expressed.filter(({ row }) => row.id in ANSWERS);
const refused = expressed.filter(
  ({ row, refusal }) => !refusal && row.errno !== 'OK' && !(row.id in ANSWERS),
);
const refusedEarlier = expressed.filter(({ refusal }) => refusal);

let usual: Scene;
let bare: Scene;
beforeAll(async () => {
  usual = await setScene('errno');
  bare = await setScene('errno-bare', true);
});
afterEach(async () => {
  await usual.clear();
  bare.ipvs.flush();
});
afterAll(async () => {
  await usual?.[Symbol.asyncDispose]();
  await bare?.[Symbol.asyncDispose]();
});

async function setUp({ row, setup }: Expressed): Promise<Scene> {
  const scene = row.options?.bare ? bare : usual;
  for (const step of row.setup ?? []) {
    if (isDeed(step[0])) await scene.do(step);
  }
  for (const call of setup) perform(scene, call);
  return scene;
}

/** A report without counters, in a certain order. */
function configuration({ table, daemons, timeouts }: ReturnType<typeof stateOf>) {
  return { table: table.map(withoutCounters).sort(byText), daemons, timeouts };
}

function withoutCounters({ stats, destinations, ...service }: Service & { destinations: Destination[] }) {
  return {
    ...service,
    destinations: destinations.map(
      ({ stats, activeConnections, inactiveConnections, persistentConnections, ...destination }) =>
        destination,
    ),
  };
}

function byText(a: object, b: object): number {
  const [x, y] = [a, b].map((value) => JSON.stringify(Object.entries(value).sort()));
  return (x as string) < (y as string) ? -1 : 1;
}

function attempt(scene: Scene, { call }: Expressed): unknown {
  try {
    perform(scene, call);
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

describe('the kernel takes it, and the library reports what came of it', () => {
  test.each(accepted.map((each) => [each.row.id, each] as const))('%s', async (_, each) => {
    const scene = await setUp(each);
    perform(scene, each.call);
    const expected = translateState(each.row.after ?? {});
    expect(configuration(stateOf(scene))).toEqual({ ...expected, table: expected.table.sort(byText) });
  });
});

describe('the kernel refuses, and the library says why', () => {
  test.each(refused.map((each) => [each.row.id, each] as const))('%s', async (_, each) => {
    const scene = await setUp(each);
    // The kernels on which the rows were observed had no such module.
    if (each.row.id === 'svc.new.sched.twos' && (await scene.hasModule('ip_vs_twos'))) return;
    const code = each.row.errno as keyof typeof constants.errno;
    const { verb } = each.call;
    const before = [stateOf(scene), await scene.saved()];
    const error = attempt(scene, each) as IpvsError;
    expect([stateOf(scene), await scene.saved()]).toEqual(before);

    expect(error).toBeInstanceOf(IpvsError);
    expect(error).toMatchObject({ code, errno: -constants.errno[code], syscall: verb });
    expect(error.message).toMatch(new RegExp(`^${verb} .+: .+ \\(${code}\\)\\.$`));
    expect(error.message).not.toContain('the kernel refused');
  });
});

describe('the library refuses, before the kernel is asked', () => {
  test.each(refusedEarlier.map((each) => [each.row.id, each] as const))('%s', async (_, each) => {
    const scene = await setUp(each);
    const before = stateOf(scene);
    const error = attempt(scene, each) as TypeError | RangeError;
    expect(stateOf(scene)).toEqual(before);

    // What the checks said where there is no kernel.
    expect(error).toEqual(each.refusal);
    expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
    expect(NODE_CODES).toContain((error as NodeJS.ErrnoException).code);
    expect(error.message).toMatch(/^(service|destination|daemon|timeouts|role)\b/);
  });
});

describe('the library answers in its own way', () => {
  test.each(answered.map((each) => [each.row.id, each] as const))('%s', async (id, each) => {
    const scene = await setUp(each);
    const expected = ANSWERS[id];
    if (expected === undefined) expect(perform(scene, each.call)).toBeUndefined();
    else expect(attempt(scene, each)).toMatchObject({ code: expected });
  });
});
