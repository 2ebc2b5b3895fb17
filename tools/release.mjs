// @ts-check
/*
 * npm run release: what a release on GitHub has, into .cache/release: the tarball, an SBOM (CycloneDX, by npm) and the notes,
 * which are the newest section of CHANGELOG.md with the sizes and the checksum of the tarball.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache/release');
mkdirSync(folder, { recursive: true });

/** @param {string[]} args */
const npm = (...args) =>
  execFileSync('npm', [...args, '--loglevel=error'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });

const [packed] = JSON.parse(
  npm('pack', '--json', '--foreground-scripts=false', '--pack-destination', folder),
);
const sbom = JSON.parse(npm('sbom', '--sbom-format=cyclonedx', '--sbom-type=library', '--omit=dev'));
// npm calls it by the folder's name.
sbom.metadata.component.name = packed.name;
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);

const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const changes = changelog.match(/^## \[.*\].*\n([\s\S]*?)(?=^## \[|(?![\s\S]))/m)?.[1]?.trim() ?? '';
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const notes = `${changes}

### The package

${packed.filename}: ${megabytes(packed.size)}, unpacked ${megabytes(packed.unpackedSize)} in ${packed.entryCount} files.

\`${packed.integrity}\`
`;
writeFileSync(join(folder, 'notes.md'), notes);
console.log(notes);
