// @ts-check
/* What publint and attw (are the types wrong?) say of a tarball: a line for each thing. */
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const tarball = readFileSync(process.argv[2] ?? '');
const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer } });
for (const message of messages) console.log(`publint: ${formatMessage(message, pkg, { color: false })}`);

const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
if (!result.types) throw new Error('attw finds no types');
// What resolves by `main` alone, as before Node 12, sees the first entry only.
const problems = result.problems.filter(
  (problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
);
for (const problem of problems) console.log(`attw: ${JSON.stringify(problem)}`);
console.log(`checked: ${Object.keys(result.entrypoints).join(' ')}`);
