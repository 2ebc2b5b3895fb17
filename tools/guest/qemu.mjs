// @ts-check
import { spawnSync } from 'node:child_process';
import { Console } from './console.mjs';
import { GuestError } from './error.mjs';
import { findEmulatedKernel } from './qemu-kernel.mjs';
import { createSession } from './session.mjs';
import { supervise } from './supervise.mjs';

const emulator = 'qemu-system-x86_64';
const secondsToBoot = 180;

/**
 * Runs the command on an emulated processor whose clock advances one nanosecond with each instruction: what
 * takes n nanoseconds inside took n instructions, however busy this machine is. The command can read this
 * machine's files, and write where TMPDIR says.
 *
 * @param {string[]} command
 * @param {{ memory?: string, showConsole?: boolean, stdout?: import('node:stream').Writable }} [options]
 * @returns {Promise<number>} its exit status
 */
export async function runInQemu(
  command,
  { memory = '3G', showConsole = false, stdout = process.stdout } = {},
) {
  if (spawnSync(emulator, ['--version']).status !== 0) {
    throw new GuestError(
      `no ${emulator}: on Debian, apt-get install --no-install-recommends qemu-system-x86`,
    );
  }
  const kernel = findEmulatedKernel();
  const session = createSession({
    modules: kernel.modules,
    // Not a file system over /tmp: what it would hide may be this checkout.
    command: ['sh', '-c', 'mkdir /run/tmp && TMPDIR=/run/tmp exec "$@"', 'sh', ...command],
  });
  const kernelConsole = new Console(showConsole);
  try {
    return await supervise(bootLine(kernel, session.folder, memory), {
      folder: session.folder,
      kernelConsole,
      secondsToBoot,
      output: stdout,
    });
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    throw new GuestError([`the emulator ${error.message}`, ...kernelConsole.report()].join('\n'));
  } finally {
    session.remove();
  }
}

/**
 * @param {ReturnType<typeof findEmulatedKernel>} kernel
 * @param {string} folder the session's
 * @param {string} memory
 */
function bootLine(kernel, folder, memory) {
  const parameters = [
    'console=ttyS3 panic=-1 mitigations=off tsc=reliable',
    // Nothing that would interrupt what is measured.
    'nokaslr nowatchdog audit=0 apparmor=0 selinux=0',
    `rdinit=/init -- /bin/sh ${folder}/init.sh ${folder}`,
  ];
  const line = (/** @type {string} */ id, /** @type {number} */ fd) => [
    ...['-chardev', `socket,id=${id},fd=${fd}`],
    ...['-serial', `chardev:${id}`],
  ];
  const options = [
    ...['-machine', 'pc,accel=tcg', '-cpu', 'max', '-smp', '1', '-m', memory],
    ...['-icount', 'shift=0,sleep=off', '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-fsdev', 'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap'],
    ...['-device', 'virtio-9p-pci,fsdev=host,mount_tag=host'],
    ...['-kernel', kernel.binary, '-initrd', kernel.initramfs, '-append', parameters.join(' ')],
    ...[...line('stdout', 3), ...line('stderr', 4), ...line('control', 5)],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
  ];
  return [emulator, ...options];
}
