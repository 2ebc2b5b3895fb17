// @ts-check
import { Documents } from './documents.mjs';
import { EtcdConnection } from './etcd/connection.mjs';
import { messageOf } from './names.mjs';
import { readServices } from './sources/file.mjs';

/**
 * Reads all documents as a start would, prints what is wrong with them, and returns the exit status.
 *
 * @param {import('./config.mjs').Config} config
 * @param {(line: string) => void} [print]
 */
export async function check({ source }, print = console.log) {
  const { services, problems } =
    'file' in source ? await checkFile(source.file) : await checkEtcd(source.etcd);
  for (const { key, field, message } of problems) print(`${key}: ${field && `${field}: `}${message}`);
  if (problems.length === 0) print(`${services} services, all good`);
  return problems.length === 0 ? 0 : 1;
}

/** @param {string} file */
async function checkFile(file) {
  const { texts, problems } = await readServices(file);
  return { services: texts.size, problems };
}

/** @param {import('./etcd/connection.mjs').EtcdOptions & { prefix: string }} options */
async function checkEtcd({ prefix, ...options }) {
  const documents = new Documents();
  let failure;
  for (const endpoint of options.endpoints) {
    try {
      const connection = await EtcdConnection.open(endpoint, options);
      try {
        const { texts } = await connection.list(prefix);
        documents.replace(new Map([...texts].map(([key, text]) => [key.slice(prefix.length), text])));
      } finally {
        connection.close();
      }
      const services = documents.services();
      return { services: services.length, problems: documents.problems() };
    } catch (error) {
      failure = { key: endpoint, field: '', message: messageOf(error) };
    }
  }
  return { services: 0, problems: [/** @type {import('./documents.mjs').Problem} */ (failure)] };
}
