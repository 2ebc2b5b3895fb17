// @ts-check
import { execFile } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';

/** @typedef {import('../schema.mjs').HealthCheck} HealthCheck */
/** @typedef {(check: HealthCheck, server: { address: string, port: number }, signal: AbortSignal) => Promise<void>} Probe */

/** Checks a server once; rejects where it is not healthy, or when the signal comes. @type {Probe} */
export function probe(check, { address, port: own }, signal) {
  const port = check.port ?? own;
  switch (check.type) {
    case 'tcp':
      return probeTcp(address, port, signal);
    case 'command':
      return probeCommand(check.command, address, port, signal);
    default:
      return probeHttp(check, address, port, signal);
  }
}

/** @param {string} host @param {number} port @param {AbortSignal} signal @returns {Promise<void>} */
function probeTcp(host, port, signal) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.end();
      resolve();
    });
  });
}

/**
 * @param {Extract<HealthCheck, { type: 'http' | 'https' }>} check
 * @param {string} host
 * @param {number} port
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function probeHttp(check, host, port, signal) {
  const options = {
    host,
    port,
    path: check.path,
    headers: {
      connection: 'close',
      'user-agent': 'ipvs-agent',
      ...(check.host !== undefined && { host: check.host }),
    },
    agent: false,
    signal,
    ...(check.type === 'https' && {
      rejectUnauthorized: check.verify,
      ...(check.host !== undefined && { servername: check.host }),
    }),
  };
  return new Promise((resolve, reject) => {
    const request = (check.type === 'https' ? https : http).get(options, (response) => {
      response.on('error', reject);
      response.resume().on('end', () => {
        const status = response.statusCode ?? 0;
        const isGood = check.status?.includes(status) ?? (status >= 200 && status < 400);
        if (isGood) resolve();
        else reject(new Error(`status ${status}`));
      });
    });
    request.on('error', reject);
  });
}

/**
 * @param {string[]} command
 * @param {string} address
 * @param {number} port
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function probeCommand([file = '', ...args], address, port, signal) {
  const env = { ...process.env, SERVER_ADDRESS: address, SERVER_PORT: String(port) };
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, signal, killSignal: 'SIGKILL' }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}
