#!/usr/bin/env node
// @ts-check
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Agent } from '../src/agent.mjs';
import { check } from '../src/check.mjs';
import { ConfigError, readConfig } from '../src/config.mjs';
import { messageOf } from '../src/names.mjs';

const USAGE = `usage: ipvs-agent run   [--config FILE]    keeps the table as the source says
       ipvs-agent check [--config FILE]    checks the configuration and all documents; exits with 1 where one is bad`;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main() {
  const { command, file } = readArguments();
  if (command === undefined) {
    console.error(USAGE);
    return 2;
  }
  const config = await readConfig(file);
  return command === 'check' ? check(config) : run(config);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { config: { type: 'string', default: '/etc/ipvs-agent/agent.yaml' } },
      allowPositionals: true,
    });
    const [command, ...rest] = positionals;
    const isKnown = (command === 'run' || command === 'check') && rest.length === 0;
    return { command: isKnown ? command : undefined, file: values.config };
  } catch (error) {
    console.error(messageOf(error));
    return { command: undefined, file: '' };
  }
}

/** @param {import('../src/config.mjs').Config} config */
async function run(config) {
  const log = pino({ level: config.log });
  const agent = await Agent.start(config, { log });
  log.info({ port: agent.port }, 'started');
  process.on('SIGHUP', () => agent.reload());
  const signal = await new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info({ signal, mode: config.shutdown.mode }, 'ending: the table stays');
  if (config.shutdown.mode === 'drain') await agent.drain();
  await agent.stop();
  return 0;
}
