// @ts-check
/**
 * A real server: answers.cc answers with its name, and this registers it in etcd. On SIGTERM it takes its registration back, says on
 * /health that it is leaving (for directors that cannot see etcd), answers whoever still comes, and ends when nobody does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { register } from '../../src/etcd/registration.mjs';
import { compile } from './compile.mjs';

const { name, address, port, endpoints, key, seconds } = JSON.parse(/** @type {string} */ (process.argv[2]));

const answers = spawn(compile('answers'), [String(port), name], { stdio: ['pipe', 'pipe', 'inherit'] });
answers.on('exit', (code) => process.exit(code ?? 1));
await once(answers.stdout, 'data');

const end = new AbortController();
const value = JSON.stringify({ address, port });
const registered = register({ endpoints }, { key, value, seconds }, end.signal, {
  registered: () => process.send?.('registered'),
  failed: (error, endpoint) => console.error(endpoint, String(error)),
});

process.on('SIGTERM', async () => {
  end.abort();
  await registered;
  answers.stdin.write('leave\n');
});
