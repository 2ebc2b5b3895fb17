#!/usr/bin/env node
import { main } from './main';
import { processIo } from './process';

main(process.argv.slice(2), processIo).then((status) => {
  process.exitCode = status;
});
