#!/usr/bin/env node
/** The package's command. */

import { start } from './process';

start(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
